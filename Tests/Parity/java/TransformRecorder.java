import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/** Runs Kafka Connect's and Debezium's own transforms over records: cases on stdin, results on stdout, a JSON object a line. */
public class TransformRecorder {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonConverter CONVERTER = new JsonConverter();

    public static void main(String[] args) throws Exception {
        CONVERTER.configure(Map.of("schemas.enable", "true", "replace.null.with.default", "false"), false);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(MAPPER.writeValueAsString(run(MAPPER.readTree(line))));
        }
    }

    private static ObjectNode run(JsonNode test) {
        ObjectNode result = MAPPER.createObjectNode();
        Map<String, String> settings = new LinkedHashMap<>();
        test.get("settings").fields().forEachRemaining(e -> settings.put(e.getKey(), e.getValue().asText()));
        Map<String, Predicate<SourceRecord>> predicates = new HashMap<>();
        Map<String, Transformation<SourceRecord>> transforms = new LinkedHashMap<>();
        try {
            for (String name : names(settings.get("predicates"))) {
                Map<String, String> own = own(settings, "predicates." + name + ".");
                Predicate<SourceRecord> predicate = make(own.remove("type"));
                predicate.configure(own);
                predicates.put(name, predicate);
            }
            for (String name : names(settings.get("transforms"))) {
                Map<String, String> own = own(settings, "transforms." + name + ".");
                Transformation<SourceRecord> transform = make(own.remove("type"));
                own.remove("predicate");
                own.remove("negate");
                transform.configure(own);
                transforms.put(name, transform);
            }
        } catch (Throwable e) {
            return result.put("configuration", describe(e));
        }
        SourceRecord record;
        try {
            record = read(test.get("record"));
        } catch (Throwable e) {
            return result.put("unreadable", describe(e));
        }
        try {
            for (Map.Entry<String, Transformation<SourceRecord>> e : transforms.entrySet()) {
                String predicate = settings.get("transforms." + e.getKey() + ".predicate");
                boolean negate = "true".equals(settings.get("transforms." + e.getKey() + ".negate"));
                if (predicate != null && predicates.get(predicate).test(record) == negate) continue;
                record = e.getValue().apply(record);
                if (record == null) return result.put("dropped", true);
            }
        } catch (Throwable e) {
            return result.put("error", describe(e));
        }
        try {
            result.set("record", write(record));
        } catch (Throwable e) {
            result.put("unwritable", describe(e));
        }
        return result;
    }

    private static String[] names(String list) {
        return list == null || list.isEmpty() ? new String[0] : list.split(",");
    }

    private static Map<String, String> own(Map<String, String> settings, String prefix) {
        Map<String, String> own = new LinkedHashMap<>();
        settings.forEach((key, value) -> {
            if (key.startsWith(prefix)) own.put(key.substring(prefix.length()), value);
        });
        return own;
    }

    @SuppressWarnings("unchecked")
    private static <T> T make(String type) throws Exception {
        return (T) Class.forName(type).getDeclaredConstructor().newInstance();
    }

    private static String describe(Throwable e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static SchemaAndValue value(JsonNode node) throws Exception {
        if (node == null || node.isNull()) return SchemaAndValue.NULL;
        return CONVERTER.toConnectData("t", MAPPER.writeValueAsBytes(node));
    }

    private static SourceRecord read(JsonNode node) throws Exception {
        SchemaAndValue key = value(node.get("key"));
        SchemaAndValue value = value(node.get("value"));
        ConnectHeaders headers = new ConnectHeaders();
        for (JsonNode header : node.withArray("headers")) headers.add(header.get("name").asText(), value(header.get("value")));
        return new SourceRecord(null, null, node.get("topic").asText(), node.hasNonNull("partition") ? node.get("partition").asInt() : null,
                key.schema(), key.value(), value.schema(), value.value(), node.hasNonNull("timestamp") ? node.get("timestamp").asLong() : null,
                headers);
    }

    private static JsonNode json(org.apache.kafka.connect.data.Schema schema, Object value) throws Exception {
        byte[] bytes = CONVERTER.fromConnectData("t", schema, value);
        return bytes == null ? MAPPER.nullNode() : MAPPER.readTree(bytes);
    }

    private static ObjectNode write(SourceRecord record) throws Exception {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("topic", record.topic());
        if (record.kafkaPartition() != null) node.put("partition", record.kafkaPartition());
        if (record.timestamp() != null) node.put("timestamp", record.timestamp());
        node.set("key", json(record.keySchema(), record.key()));
        node.set("value", json(record.valueSchema(), record.value()));
        ArrayNode headers = node.putArray("headers");
        for (Header header : record.headers()) headers.addObject().put("name", header.key()).set("value", json(header.schema(), header.value()));
        return node;
    }
}
