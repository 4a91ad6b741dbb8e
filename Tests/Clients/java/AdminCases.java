import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The admin client. */
final class AdminCases {
  private AdminCases() {}

  static void register(Map<String, Conformance.Case> cases) {
    cases.put("admin_topics", AdminCases::topics);
    cases.put("admin_configurations", AdminCases::configurations);
    cases.put("admin_offsets", AdminCases::offsets);
    cases.put("admin_cluster", AdminCases::cluster);
    cases.put("admin_groups", AdminCases::groups);
  }

  private static void fails(Class<? extends Exception> kind, Conformance.Case action) {
    Throwable error = Conformance.failure(action);
    Conformance.check(kind.isInstance(error), "expected " + kind.getSimpleName() + ", found " + error);
  }

  private static void topics(Conformance c) throws Exception {
    String topic = c.topic("topic", 2);
    try (Admin admin = c.admin()) {
      TopicDescription described = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
      Conformance.same(2, described.partitions().size(), "partitions");
      Conformance.check(!described.isInternal() && !described.topicId().equals(Uuid.ZERO_UUID), "a topic with an id: " + described);
      Conformance.check(described.partitions().get(0).leader() != null && described.partitions().get(0).isr().size() == 1, "a leader");
      Uuid id = described.topicId();
      TopicDescription byID = admin.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds().get().get(id);
      Conformance.same(topic, byID.name(), "by its id");
      Conformance.check(admin.listTopics().names().get().contains(topic), "it is listed");
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all().get();
      Conformance.same(5, admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size(), "grown");
      fails(InvalidPartitionsException.class, x -> admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4))).all().get());
      fails(TopicExistsException.class, x -> admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get());
      fails(InvalidTopicException.class, x -> admin.createTopics(List.of(new NewTopic("no name", 1, (short) 1))).all().get());
      fails(UnknownTopicOrPartitionException.class, x -> admin.describeTopics(List.of(c.named("none"))).allTopicNames().get());
      fails(
          UnknownTopicIdException.class,
          x -> admin.describeTopics(TopicCollection.ofTopicIds(List.of(Uuid.randomUuid()))).allTopicIds().get());
      String other = c.topic("other", 1);
      Uuid otherID = admin.describeTopics(List.of(other)).allTopicNames().get().get(other).topicId();
      admin.deleteTopics(TopicCollection.ofTopicIds(List.of(otherID))).all().get();
      Conformance.check(!admin.listTopics().names().get().contains(other), "deleted by its id");
      admin.createTopics(List.of(new NewTopic(other, 1, (short) 1))).all().get();
      // The broker's defaults: no count of partitions and replicas is given.
      String defaults = c.named("defaults");
      int made = admin.createTopics(List.of(new NewTopic(defaults, java.util.Optional.empty(), java.util.Optional.empty())))
          .numPartitions(defaults).get();
      Conformance.check(made >= 1, "the broker's count of partitions is answered");
      admin.deleteTopics(List.of(defaults)).all().get();
    }
  }

  private static void configurations(Conformance c) throws Exception {
    String topic = c.topic("topic", 1, Map.of("cleanup.policy", "compact"));
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = c.admin()) {
      Config before = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      Conformance.same("compact", before.get("cleanup.policy").value(), "as created");
      Conformance.same(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG, before.get("cleanup.policy").source(), "its source");
      Conformance.same(ConfigEntry.ConfigSource.DEFAULT_CONFIG, before.get("retention.ms").source(), "a default");
      Conformance.same(ConfigEntry.ConfigType.LONG, before.get("retention.ms").type(), "its type");
      Collection<AlterConfigOp> changes =
          List.of(
              new AlterConfigOp(new ConfigEntry("retention.ms", "123456789"), AlterConfigOp.OpType.SET),
              new AlterConfigOp(new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.APPEND));
      admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get();
      Config after = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      Conformance.same("123456789", after.get("retention.ms").value(), "set");
      Conformance.same(Conformance.set("compact", "delete"), Conformance.set(after.get("cleanup.policy").value().split(",")), "appended");
      admin.incrementalAlterConfigs(
              Map.of(resource, List.of(new AlterConfigOp(new ConfigEntry("retention.ms", null), AlterConfigOp.OpType.DELETE))))
          .all().get();
      Config reset = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      Conformance.same("604800000", reset.get("retention.ms").value(), "reset");
      fails(
          InvalidConfigurationException.class,
          x ->
              admin.incrementalAlterConfigs(
                      Map.of(resource, List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "soon"), AlterConfigOp.OpType.SET))))
                  .all().get());
      ConfigResource unknown = new ConfigResource(ConfigResource.Type.TOPIC, c.named("none"));
      fails(UnknownTopicOrPartitionException.class, x -> admin.describeConfigs(List.of(unknown)).all().get());
    }
  }

  private static void offsets(Conformance c) throws Exception {
    String topic = c.topic("topic", 1);
    TopicPartition partition = new TopicPartition(topic, 0);
    try (Admin admin = c.admin(); KafkaProducer<String, String> producer = c.producer()) {
      for (long time : new long[] {1000, 9000, 5000, 6000}) {
        producer.send(new ProducerRecord<>(topic, 0, time, null, "x")).get();
      }
      Conformance.same(0L, listed(admin, partition, OffsetSpec.earliest()).offset(), "earliest");
      Conformance.same(4L, listed(admin, partition, OffsetSpec.latest()).offset(), "latest");
      ListOffsetsResultInfo newest = listed(admin, partition, OffsetSpec.maxTimestamp());
      Conformance.same(List.of(1L, 9000L), List.of(newest.offset(), newest.timestamp()), "maxTimestamp");
      ListOffsetsResultInfo later = listed(admin, partition, OffsetSpec.forTimestamp(1001));
      Conformance.same(List.of(1L, 9000L), List.of(later.offset(), later.timestamp()), "forTimestamp");
      Conformance.same(-1L, listed(admin, partition, OffsetSpec.forTimestamp(9001)).offset(), "forTimestamp beyond the end");
      Conformance.same(0L, listed(admin, partition, OffsetSpec.earliestLocal()).offset(), "earliestLocal without tiers");
      Conformance.same(-1L, listed(admin, partition, OffsetSpec.latestTiered()).offset(), "latestTiered without tiers");
      Map<TopicPartition, RecordsToDelete> three = Map.of(partition, RecordsToDelete.beforeOffset(3));
      Conformance.same(3L, admin.deleteRecords(three).lowWatermarks().get(partition).get().lowWatermark(), "the low watermark");
      Conformance.same(3L, listed(admin, partition, OffsetSpec.earliest()).offset(), "earliest after it");
      fails(
          OffsetOutOfRangeException.class,
          x -> admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(99))).lowWatermarks().get(partition).get());
    }
  }

  private static ListOffsetsResultInfo listed(Admin admin, TopicPartition partition, OffsetSpec spec) throws Exception {
    return admin.listOffsets(Map.of(partition, spec)).partitionResult(partition).get();
  }

  private static void cluster(Conformance c) throws Exception {
    try (Admin admin = c.admin()) {
      DescribeClusterResult cluster = admin.describeCluster();
      Conformance.check(!cluster.clusterId().get().isEmpty(), "a cluster id");
      Conformance.check(cluster.nodes().get().contains(cluster.controller().get()), "the controller is one of the nodes");
    }
  }

  private static void groups(Conformance c) throws Exception {
    String topic = c.topic("topic", 2);
    String group = c.named("group");
    TopicPartition first = new TopicPartition(topic, 0);
    TopicPartition second = new TopicPartition(topic, 1);
    try (Admin admin = c.admin()) {
      try (KafkaConsumer<String, String> consumer = c.consumer("group.id", group, "client.id", "the member")) {
        consumer.subscribe(List.of(topic));
        Conformance.Deadline deadline = new Conformance.Deadline(20, "the member has its partitions");
        while (consumer.assignment().size() < 2 && deadline.check(consumer.assignment())) {
          consumer.poll(java.time.Duration.ofMillis(100));
        }
        GroupListing listing = admin.listGroups().all().get().stream().filter(g -> g.groupId().equals(group)).findFirst().orElseThrow();
        Conformance.same(GroupState.STABLE, listing.groupState().orElseThrow(), "the state of the group");
        Conformance.same(GroupType.CLASSIC, listing.type().orElseThrow(), "the type of the group");
        Conformance.same("consumer", listing.protocol(), "the protocol of the group");
        ConsumerGroupDescription described = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
        Conformance.same(Set.of(first, second), described.members().iterator().next().assignment().topicPartitions(), "the assignment");
        Conformance.same("the member", described.members().iterator().next().clientId(), "the client id");
        String classic = admin.describeClassicGroups(List.of(group)).all().get().get(group).groupId();
        Conformance.same(group, classic, "described as a classic group");
        fails(GroupNotEmptyException.class, x -> admin.deleteConsumerGroups(List.of(group)).all().get());
        consumer.commitSync(Map.of(first, new OffsetAndMetadata(5, "five")));
      }
      Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      Conformance.same(Map.of(first, new OffsetAndMetadata(5, "five")), committed, "the committed offsets");
      admin.alterConsumerGroupOffsets(group, Map.of(second, new OffsetAndMetadata(7))).all().get();
      Conformance.same(7L, admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(second).offset(), "altered");
      admin.deleteConsumerGroupOffsets(group, Set.of(first)).all().get();
      Conformance.same(Set.of(second), admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().keySet(), "deleted");
      admin.deleteConsumerGroups(List.of(group)).all().get();
      fails(GroupIdNotFoundException.class, x -> admin.deleteConsumerGroups(List.of(group)).all().get());
      Conformance.check(admin.listGroups().all().get().stream().noneMatch(g -> g.groupId().equals(group)), "it is not listed any more");
    }
  }
}
