import com.fasterxml.jackson.databind.ObjectMapper;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.Header;
import io.debezium.engine.format.Json;
import io.debezium.engine.format.KeyValueHeaderChangeEventFormat;
import java.io.BufferedReader;
import java.io.FileReader;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs Debezium's engine for the parity test: `start PROPERTIES RECORDS` on standard input starts a connector whose records go
 * to a file, one JSON line each; `stop RECORDS` ends it. Each is answered with a line: `started`, `stopped` or `failed`.
 */
public final class Engine {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final class Running {
    DebeziumEngine<ChangeEvent<String, String>> engine;
    Writer out;
  }

  public static void main(String[] arguments) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool(task -> {
      Thread thread = new Thread(task);
      thread.setDaemon(true);
      return thread;
    });
    Map<String, Running> running = new HashMap<>();
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ");
      try {
        if (words[0].equals("start")) {
          running.put(words[2], start(words[1], words[2], threads));
          say("started " + words[2]);
        } else {
          Running one = running.remove(words[1]);
          one.engine.close();
          one.out.close();
          say("stopped " + words[1]);
        }
      } catch (Exception problem) {
        say("failed " + problem);
      }
    }
    System.exit(0);
  }

  private static Running start(String settings, String records, ExecutorService threads) throws Exception {
    Properties properties = new Properties();
    try (FileReader reader = new FileReader(settings, StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    Running one = new Running();
    one.out = Files.newBufferedWriter(Path.of(records), StandardCharsets.UTF_8);
    one.engine = DebeziumEngine
      .create(KeyValueHeaderChangeEventFormat.of(Json.class, Json.class, Json.class),
        "io.debezium.embedded.async.ConvertingAsyncEngineBuilderFactory")
      .using(properties)
      .using((success, message, error) -> {
        if (!success) System.err.println("ENGINE FAILED " + records + ": " + message + (error == null ? "" : " " + error));
      })
      .notifying((List<ChangeEvent<String, String>> batch, DebeziumEngine.RecordCommitter<ChangeEvent<String, String>> committer) -> {
        try {
          for (ChangeEvent<String, String> event : batch) {
            write(one.out, event);
            committer.markProcessed(event);
          }
          one.out.flush();
        } catch (java.io.IOException problem) {
          throw new java.io.UncheckedIOException(problem);
        }
        committer.markBatchFinished();
      })
      .build();
    threads.execute(one.engine);
    return one;
  }

  private static void write(Writer out, ChangeEvent<String, String> event) throws java.io.IOException {
    out.write("{\"topic\":" + JSON.writeValueAsString(event.destination()) + ",\"key\":" + event.key() + ",\"headers\":{");
    String separator = "";
    for (Header<?> header : event.headers()) {
      out.write(separator + JSON.writeValueAsString(header.getKey()) + ":" + header.getValue());
      separator = ",";
    }
    out.write("},\"value\":" + event.value() + "}\n");
  }

  private static void say(String text) {
    System.out.println(text);
    System.out.flush();
  }
}
