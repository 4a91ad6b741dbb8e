import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Apache Kafka's own Java client against a broker: {@code java Conformance BOOTSTRAP CASE} runs one case and ends with status 0 when
 * everything was as Apache Kafka would do it. {@code java Conformance --list} names the cases.
 */
public final class Conformance {
  /** One case; what it throws is its failure. */
  interface Case {
    void run(Conformance conformance) throws Exception;
  }

  static final Map<String, Case> CASES = new TreeMap<>();

  static {
    ProducerCases.register(CASES);
    GroupCases.register(CASES);
    AdminCases.register(CASES);
  }

  final String bootstrap;
  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final String name;
  private final Set<String> topics = new HashSet<>();

  private Conformance(String bootstrap, String name) {
    this.bootstrap = bootstrap;
    this.name = name;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 1 && arguments[0].equals("--list")) {
      CASES.keySet().forEach(System.out::println);
      return;
    }
    Conformance conformance = new Conformance(arguments[0], arguments[1]);
    try {
      CASES.get(arguments[1]).run(conformance);
      System.out.println("passed");
    } finally {
      try (Admin admin = conformance.admin()) {
        admin.deleteTopics(conformance.topics).all().get();
      }
    }
  }

  /** A name of this run's own, for a group, a transactional id or a topic. */
  String named(String what) {
    return "java." + name + "." + run + "." + what;
  }

  /** A topic that keeps its records for ever: some cases write times of long ago. */
  String topic(String what, int partitions) throws Exception {
    return topic(what, partitions, Map.of("retention.ms", "-1"));
  }

  /** Creates a topic that is deleted when the case ends. */
  String topic(String what, int partitions, Map<String, String> configuration) throws Exception {
    String topic = named(what);
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configuration))).all().get();
    }
    topics.add(topic);
    return topic;
  }

  Admin admin() {
    return Admin.create(
        Map.<String, Object>of("bootstrap.servers", bootstrap, "request.timeout.ms", 10_000, "default.api.timeout.ms", 20_000));
  }

  /** A producer with the client's defaults (idempotent, acks=all), but for the given settings. */
  KafkaProducer<String, String> producer(Object... settings) {
    Map<String, Object> all = new HashMap<>(pairs(settings));
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    all.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
    all.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    all.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000L);
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }

  /** A consumer that starts at the beginning and commits by itself only. */
  KafkaConsumer<String, String> consumer(Object... settings) {
    Map<String, Object> all = new HashMap<>(pairs(settings));
    all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    all.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    all.putIfAbsent(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
    return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
  }

  private static Map<String, Object> pairs(Object... settings) {
    Map<String, Object> all = new HashMap<>();
    for (int index = 0; index + 1 < settings.length; index += 2) {
      all.put((String) settings[index], settings[index + 1]);
    }
    return all;
  }

  static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  static void same(Object expected, Object found, String what) {
    check(expected.equals(found), what + ": expected " + expected + ", found " + found);
  }

  /** The deadline of a loop that polls a client, which does the waiting. */
  static final class Deadline {
    private final long end;
    private final String what;

    Deadline(int seconds, String what) {
      end = System.nanoTime() + seconds * 1_000_000_000L;
      this.what = what;
    }

    boolean check(Object seen) {
      Conformance.check(System.nanoTime() < end, "not in time: " + what + "; last seen: " + seen);
      return true;
    }
  }

  /** Runs what must fail, and answers why it did: the exception itself, or the one that a future wrapped. */
  static Throwable failure(Case action) {
    try {
      action.run(null);
    } catch (Exception error) {
      return error instanceof java.util.concurrent.ExecutionException ? error.getCause() : error;
    }
    throw new AssertionError("expected a failure, and there was none");
  }

  static List<Integer> numbers(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      numbers.add(index);
    }
    return numbers;
  }

  static Set<String> set(String... values) {
    return new TreeSet<>(Arrays.asList(values));
  }
}
