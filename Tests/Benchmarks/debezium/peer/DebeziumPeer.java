import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.JsonByteArray;
import java.io.FileReader;
import java.io.Reader;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * DebeziumPeer ENGINE.properties SERVERS: Debezium's engine in a process of its own, with what Debezium Server does around it to write to Kafka:
 * each batch's records are sent by Apache Kafka's Java client, all acknowledgements are waited for, then the batch is marked as done.
 *
 * It runs until it is ended (SIGTERM) or the engine ends by itself, as it does after a snapshot with `snapshot.mode=initial_only`.
 */
public final class DebeziumPeer {
  /** The engine that converts records on several threads, Debezium's faster one. */
  private static final String ASYNCHRONOUS = "io.debezium.embedded.async.ConvertingAsyncEngineBuilderFactory";

  private DebeziumPeer() {}

  public static void main(String[] arguments) throws Exception {
    Properties settings = new Properties();
    try (Reader reader = new FileReader(arguments[0])) {
      settings.load(reader);
    }
    KafkaProducer<byte[], byte[]> producer = producer(arguments[1]);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch ended = new CountDownLatch(1);
    DebeziumEngine<ChangeEvent<byte[], byte[]>> engine =
        DebeziumEngine.create(JsonByteArray.class, JsonByteArray.class, JsonByteArray.class, ASYNCHRONOUS)
            .using(settings)
            .notifying((records, committer) -> write(records, committer, producer))
            .using((success, message, error) -> {
              if (!success) failure.set(error == null ? new IllegalStateException(message) : error);
              ended.countDown();
            })
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        engine.close();
        ended.await(10, TimeUnit.SECONDS);
      } catch (Exception error) {
        System.err.println("the engine did not end in order: " + error);
      }
    }));
    engine.run();
    ended.await();
    producer.close();
    if (failure.get() != null) {
      failure.get().printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String servers) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", servers);
    // As sluice's producer: idempotent, acknowledged by all, uncompressed; large batches.
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("linger.ms", "5");
    settings.put("batch.size", "1000000");
    settings.put("buffer.memory", "67108864");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void write(
      List<ChangeEvent<byte[], byte[]>> records, DebeziumEngine.RecordCommitter<ChangeEvent<byte[], byte[]>> committer,
      KafkaProducer<byte[], byte[]> producer) throws InterruptedException {
    CountDownLatch waiting = new CountDownLatch(records.size());
    AtomicReference<Exception> failure = new AtomicReference<>();
    for (ChangeEvent<byte[], byte[]> record : records) {
      producer.send(new ProducerRecord<>(record.destination(), record.key(), record.value()), (metadata, error) -> {
        if (error != null) failure.set(error);
        waiting.countDown();
      });
    }
    waiting.await();
    if (failure.get() != null) throw new IllegalStateException("a record was not delivered", failure.get());
    for (ChangeEvent<byte[], byte[]> record : records) committer.markProcessed(record);
    committer.markBatchFinished();
  }
}
