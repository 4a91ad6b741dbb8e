import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Idempotent and transactional producers. */
final class ProducerCases {
  private ProducerCases() {}

  static void register(Map<String, Conformance.Case> cases) {
    cases.put("producer_records", ProducerCases::records);
    for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
      cases.put("producer_idempotent_" + codec, conformance -> idempotent(conformance, codec));
    }
    cases.put("producer_refusals", ProducerCases::refusals);
    cases.put("transactions_isolation", ProducerCases::isolation);
    cases.put("transactions_offsets", ProducerCases::offsets);
    cases.put("transactions_fencing", ProducerCases::fencing);
  }

  /** Reads a partition from its beginning until that many records are there. */
  static List<ConsumerRecord<String, String>> read(Conformance c, String topic, int count, String isolation) {
    List<ConsumerRecord<String, String>> found = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer = c.consumer("isolation.level", isolation)) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      Conformance.Deadline deadline = new Conformance.Deadline(20, count + " records of " + topic);
      while (found.size() < count && deadline.check(found.size())) {
        consumer.poll(Duration.ofMillis(500)).forEach(found::add);
      }
    }
    return found;
  }

  static List<String> values(List<ConsumerRecord<String, String>> records) {
    return records.stream().map(ConsumerRecord::value).toList();
  }

  private static void records(Conformance c) throws Exception {
    String topic = c.topic("topic", 1);
    byte[] header = "value".getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<String, String> producer = c.producer()) {
      ProducerRecord<String, String> first = new ProducerRecord<>(topic, 0, 1_700_000_000_000L, "key", "value");
      first.headers().add(new RecordHeader("header", header)).add(new RecordHeader("null", (byte[]) null));
      Conformance.same(0L, producer.send(first).get().offset(), "the first offset");
      RecordMetadata tombstone = producer.send(new ProducerRecord<>(topic, 0, 1_600_000_000_000L, "key", null, List.of())).get();
      Conformance.same(1L, tombstone.offset(), "the second offset");
      Conformance.same(1_600_000_000_000L, tombstone.timestamp(), "the producer's own time");
    }
    List<ConsumerRecord<String, String>> found = read(c, topic, 2, "read_uncommitted");
    Conformance.same(1_700_000_000_000L, found.get(0).timestamp(), "timestamp");
    Conformance.check(java.util.Arrays.equals(header, found.get(0).headers().lastHeader("header").value()), "the header");
    Conformance.check(found.get(0).headers().lastHeader("null").value() == null, "a header of null");
    Conformance.check(found.get(1).value() == null && found.get(1).key().equals("key"), "a tombstone");
  }

  private static void idempotent(Conformance c, String codec) throws Exception {
    String topic = c.topic("topic", 1);
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<String, String> producer = c.producer("compression.type", codec, "batch.size", 2000, "linger.ms", 1)) {
      for (int number : Conformance.numbers(5000)) {
        sent.add(producer.send(new ProducerRecord<>(topic, String.valueOf(number % 10), String.valueOf(number))));
      }
      producer.flush();
    }
    for (int number : Conformance.numbers(5000)) {
      Conformance.same((long) number, sent.get(number).get().offset(), "offsets in the order of sending");
    }
    List<Integer> found = values(read(c, topic, 5000, "read_uncommitted")).stream().map(Integer::valueOf).toList();
    Conformance.same(Conformance.numbers(5000), found, "values");
  }

  private static void refusals(Conformance c) throws Exception {
    String topic = c.topic("topic", 1, Map.of("max.message.bytes", "5000"));
    try (KafkaProducer<String, String> producer = c.producer()) {
      Throwable large = Conformance.failure(x -> producer.send(new ProducerRecord<>(topic, "x".repeat(20_000))).get());
      Conformance.check(large instanceof RecordTooLargeException, "a record too large: " + large);
      Throwable name = Conformance.failure(x -> producer.send(new ProducerRecord<>("not a name", "x")).get());
      Conformance.check(name instanceof InvalidTopicException, "an invalid name: " + name);
      Conformance.same(0L, producer.send(new ProducerRecord<>(topic, "small")).get().offset(), "it goes on");
    }
  }

  private static void isolation(Conformance c) throws Exception {
    String topic = c.topic("topic", 1);
    List<String> committed = new ArrayList<>();
    List<String> all = new ArrayList<>();
    try (KafkaProducer<String, String> producer = c.producer("transactional.id", c.named("id"))) {
      producer.initTransactions();
      for (int attempt : Conformance.numbers(6)) {
        producer.beginTransaction();
        for (int index : Conformance.numbers(3)) {
          String value = attempt + "." + index;
          producer.send(new ProducerRecord<>(topic, value)).get();
          all.add(value);
          if (attempt % 2 == 0) {
            committed.add(value);
          }
        }
        if (attempt % 2 == 0) {
          producer.commitTransaction();
        } else {
          producer.abortTransaction();
        }
      }
    }
    Conformance.same(committed, values(read(c, topic, committed.size(), "read_committed")), "read_committed");
    Conformance.same(all, values(read(c, topic, all.size(), "read_uncommitted")), "read_uncommitted");
  }

  private static void offsets(Conformance c) throws Exception {
    String source = c.topic("source", 1);
    String target = c.topic("target", 1);
    TopicPartition partition = new TopicPartition(source, 0);
    try (KafkaProducer<String, String> plain = c.producer()) {
      for (int number : Conformance.numbers(10)) {
        plain.send(new ProducerRecord<>(source, String.valueOf(number))).get();
      }
    }
    try (KafkaConsumer<String, String> consumer = c.consumer("group.id", c.named("group"), "isolation.level", "read_committed");
        KafkaProducer<String, String> producer = c.producer("transactional.id", c.named("id"))) {
      consumer.subscribe(List.of(source));
      producer.initTransactions();
      List<ConsumerRecord<String, String>> taken = new ArrayList<>();
      Conformance.Deadline deadline = new Conformance.Deadline(20, "ten records");
      while (taken.size() < 10 && deadline.check(taken.size())) {
        consumer.poll(Duration.ofMillis(500)).forEach(taken::add);
      }
      boolean[] commits = {true, false, true};
      int[] ends = {4, 7, 10};
      int start = 0;
      for (int round : Conformance.numbers(3)) {
        producer.beginTransaction();
        for (ConsumerRecord<String, String> record : taken.subList(start, ends[round])) {
          producer.send(new ProducerRecord<>(target, "2*" + record.value()));
        }
        OffsetAndMetadata end = new OffsetAndMetadata(ends[round], "round " + round);
        producer.sendOffsetsToTransaction(Map.of(partition, end), consumer.groupMetadata());
        if (commits[round]) {
          producer.commitTransaction();
          start = ends[round];
        } else {
          producer.abortTransaction();
        }
        OffsetAndMetadata committed = consumer.committed(java.util.Set.of(partition)).get(partition);
        Conformance.same((long) start, committed.offset(), "the committed offset after round " + round);
      }
    }
    List<String> expected = Conformance.numbers(10).stream().map(number -> "2*" + number).toList();
    Conformance.same(expected, values(read(c, target, 10, "read_committed")), "what was committed");
  }

  private static void fencing(Conformance c) throws Exception {
    String topic = c.topic("topic", 1);
    String id = c.named("id");
    try (KafkaProducer<String, String> zombie = c.producer("transactional.id", id);
        KafkaProducer<String, String> successor = c.producer("transactional.id", id)) {
      zombie.initTransactions();
      zombie.beginTransaction();
      zombie.send(new ProducerRecord<>(topic, "of the zombie")).get();
      successor.initTransactions();
      Throwable error =
          Conformance.failure(
              x -> {
                zombie.send(new ProducerRecord<>(topic, "more")).get();
                zombie.commitTransaction();
              });
      Conformance.check(error instanceof ProducerFencedException || error instanceof InvalidProducerEpochException, "fenced: " + error);
      successor.beginTransaction();
      successor.send(new ProducerRecord<>(topic, "of the successor"));
      successor.commitTransaction();
    }
    Conformance.same(List.of("of the successor"), values(read(c, topic, 1, "read_committed")), "read_committed");
  }
}
