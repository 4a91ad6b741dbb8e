import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Consumers in groups, and reading by time. */
final class GroupCases {
  private static final int PARTITIONS = 6;

  private GroupCases() {}

  static void register(Map<String, Conformance.Case> cases) {
    cases.put("group_range", c -> share(c, RangeAssignor.class));
    cases.put("group_cooperative", c -> share(c, CooperativeStickyAssignor.class));
    cases.put("consumer_times", GroupCases::times);
  }

  /** A member in a thread of its own. */
  private static final class Member extends Thread {
    private final KafkaConsumer<String, String> consumer;
    private final ConcurrentLinkedQueue<String> values;
    private volatile Set<Integer> held = Set.of();
    private volatile boolean stopped;
    private volatile Throwable error;

    Member(Conformance c, String topic, Class<?> assignor, ConcurrentLinkedQueue<String> values) {
      this.values = values;
      consumer =
          c.consumer(
              "group.id", c.named("group"), "isolation.level", "read_committed", "session.timeout.ms", 6000, "heartbeat.interval.ms", 300,
              "partition.assignment.strategy", assignor.getName());
      consumer.subscribe(
          List.of(topic),
          new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
              held = Set.of();
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
          });
      start();
    }

    @Override
    public void run() {
      try (consumer) {
        while (!stopped) {
          int count = 0;
          for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
            values.add(record.value());
            count++;
          }
          if (count > 0) {
            consumer.commitSync();
          }
          Set<Integer> now = new TreeSet<>();
          consumer.assignment().forEach(partition -> now.add(partition.partition()));
          held = now;
        }
      } catch (RuntimeException failure) {
        error = failure;
      }
    }

    void leave() throws InterruptedException {
      stopped = true;
      join(20_000);
      Conformance.check(!isAlive() && error == null, "a member ended with " + error);
    }
  }

  private static void awaitShares(List<Member> members, String what) {
    Conformance.Deadline deadline = new Conformance.Deadline(40, what);
    while (true) {
      List<Integer> held = new ArrayList<>();
      boolean all = true;
      for (Member member : members) {
        Conformance.check(member.error == null, "a member failed: " + member.error);
        Set<Integer> own = member.held;
        all &= !own.isEmpty();
        held.addAll(own);
      }
      held.sort(null);
      if (all && held.equals(Conformance.numbers(PARTITIONS))) {
        return;
      }
      deadline.check(held);
      Thread.onSpinWait();
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
  }

  private static void share(Conformance c, Class<?> assignor) throws Exception {
    String topic = c.topic("topic", PARTITIONS);
    ConcurrentLinkedQueue<String> values = new ConcurrentLinkedQueue<>();
    List<Member> members = new ArrayList<>();
    try {
      for (int index = 0; index < 3; index++) {
        members.add(new Member(c, topic, assignor, values));
      }
      awaitShares(members, "three members share six partitions");
      try (KafkaProducer<String, String> producer = c.producer("transactional.id", c.named("id"))) {
        producer.initTransactions();
        for (String attempt : List.of("aborted", "committed")) {
          producer.beginTransaction();
          for (int number : Conformance.numbers(60)) {
            producer.send(new ProducerRecord<>(topic, number % PARTITIONS, null, attempt + " " + number)).get();
          }
          if (attempt.equals("committed")) {
            producer.commitTransaction();
          } else {
            producer.abortTransaction();
          }
        }
      }
      Conformance.Deadline deadline = new Conformance.Deadline(20, "each committed record came to one of them");
      while (values.size() < 60 && deadline.check(values.size())) {
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
      }
      members.remove(2).leave();
      awaitShares(members, "two members share what the third left");
      members.add(new Member(c, topic, assignor, values));
      awaitShares(members, "a new member gets a share");
    } finally {
      for (Member member : members) {
        member.leave();
      }
    }
    List<String> expected = Conformance.numbers(60).stream().map(number -> "committed " + number).sorted().toList();
    Conformance.same(expected, values.stream().sorted().toList(), "what was read, once each");
  }

  private static void times(Conformance c) throws Exception {
    String topic = c.topic("topic", 2);
    TopicPartition full = new TopicPartition(topic, 0);
    TopicPartition empty = new TopicPartition(topic, 1);
    long base = 1_700_000_000_000L;
    try (KafkaProducer<String, String> producer = c.producer();
        KafkaConsumer<String, String> consumer = c.consumer()) {
      for (int number : Conformance.numbers(10)) {
        producer.send(new ProducerRecord<>(topic, 0, base + number * 1000L, null, String.valueOf(number))).get();
      }
      OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(full, base + 3001, empty, base)).get(full);
      Conformance.same(4L, found.offset(), "the first record at or after the time");
      Conformance.same(base + 4000, found.timestamp(), "its time");
      Conformance.check(consumer.offsetsForTimes(Map.of(empty, base)).get(empty) == null, "nothing in an empty partition");
      Conformance.check(consumer.offsetsForTimes(Map.of(full, base + 100_000)).get(full) == null, "nothing that late");
      Conformance.same(Map.of(full, 0L, empty, 0L), consumer.beginningOffsets(List.of(full, empty)), "beginnings");
      Conformance.same(Map.of(full, 10L, empty, 0L), consumer.endOffsets(List.of(full, empty)), "ends");
    }
  }
}
