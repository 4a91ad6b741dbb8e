/*
 * The loops that `kafka-bench` measures the Swift library against, in plain C over the same librdkafka.
 *
 *   kafka-bench-c produce|produce-batch|consume SERVERS TOPIC PARTITIONS RECORDS BYTES [key=value]...
 *
 * Prints the seconds that the loop took. `produce` calls rd_kafka_produce for each record and serves delivery reports from the same
 * thread, as librdkafka's own examples do; `produce-batch` hands over 1000 records a call and serves them from a second thread.
 * `consume` takes up to 1000 messages a call.
 */
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static atomic_long delivered, failed;
static atomic_int stopped;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void die(const char *what, const char *why) {
  fprintf(stderr, "kafka-bench-c: %s: %s\n", what, why);
  exit(1);
}

static void report(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
  if (message->err)
    failed++;
  else
    delivered++;
}

static rd_kafka_conf_t *configure(const char *servers, int count, char **pairs) {
  char why[512];
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  if (rd_kafka_conf_set(conf, "bootstrap.servers", servers, why, sizeof why)) die("bootstrap.servers", why);
  for (int i = 0; i < count; i++) {
    char *equals = strchr(pairs[i], '=');
    if (!equals) die(pairs[i], "expected key=value");
    *equals = 0;
    if (rd_kafka_conf_set(conf, pairs[i], equals + 1, why, sizeof why)) die(pairs[i], why);
  }
  return conf;
}

static double produce(rd_kafka_t *client, const char *name, long records, size_t bytes) {
  rd_kafka_topic_t *topic = rd_kafka_topic_new(client, name, NULL);
  char *value = malloc(bytes);
  memset(value, 'x', bytes);
  double start = now();
  for (long i = 0; i < records;) {
    memcpy(value, &i, sizeof i);
    if (!rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, bytes, NULL, 0, NULL)) {
      i++;
      if (i % 1000 == 0) rd_kafka_poll(client, 0);
    } else if (rd_kafka_last_error() == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_poll(client, 10);
    } else {
      die("produce", rd_kafka_err2str(rd_kafka_last_error()));
    }
  }
  while (delivered + failed < records) rd_kafka_poll(client, 100);
  double took = now() - start;
  rd_kafka_topic_destroy(topic);
  free(value);
  return took;
}

static void *serve(void *client) {
  while (!stopped) rd_kafka_poll(client, 10);
  return NULL;
}

static double produce_batch(rd_kafka_t *client, const char *name, long records, size_t bytes) {
  enum { chunk = 1000 };
  rd_kafka_topic_t *topic = rd_kafka_topic_new(client, name, NULL);
  rd_kafka_message_t *messages = calloc(chunk, sizeof *messages);
  char *values = malloc(chunk * bytes);
  pthread_t thread;
  pthread_create(&thread, NULL, serve, client);
  memset(values, 'x', chunk * bytes);
  double start = now();
  for (long i = 0; i < records; i += chunk) {
    int count = records - i < chunk ? records - i : chunk;
    for (int j = 0; j < count; j++) {
      long number = i + j;
      memcpy(values + j * bytes, &number, sizeof number);
      messages[j] = (rd_kafka_message_t){.payload = values + j * bytes, .len = bytes};
    }
    int taken = 0;
    while ((taken += rd_kafka_produce_batch(
                topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, messages + taken, count - taken)) < count)
      nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  while (delivered + failed < records) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  double took = now() - start;
  stopped = 1;
  pthread_join(thread, NULL);
  rd_kafka_topic_destroy(topic);
  free(messages);
  free(values);
  return took;
}

static double consume(rd_kafka_t *client, const char *name, int partitions, long records, size_t bytes) {
  enum { chunk = 1000 };
  rd_kafka_message_t *messages[chunk];
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
  for (int i = 0; i < partitions; i++) rd_kafka_topic_partition_list_add(list, name, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_poll_set_consumer(client);
  rd_kafka_assign(client, list);
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(client);
  long read = 0;
  size_t total = 0;
  double start = 0;
  while (read < records) {
    /* With a time limit this call waits until the array is full; so wait for one, then take what is there. */
    ssize_t count = rd_kafka_consume_batch_queue(queue, 0, messages, chunk);
    if (count == 0) count = rd_kafka_consume_batch_queue(queue, 100, messages, 1);
    for (ssize_t i = 0; i < count; i++) {
      if (messages[i]->err) die("consume", rd_kafka_message_errstr(messages[i]));
      total += messages[i]->len + ((unsigned char *)messages[i]->payload)[messages[i]->len - 1];
      rd_kafka_message_destroy(messages[i]);
    }
    if (read == 0 && count > 0) start = now();
    read += count;
  }
  double took = now() - start;
  if (total != records * (bytes + 'x')) die("consume", "not the bytes that were written");
  rd_kafka_queue_destroy(queue);
  rd_kafka_consumer_close(client);
  return took;
}

int main(int argc, char **argv) {
  if (argc < 7) die("usage", "produce|produce-batch|consume SERVERS TOPIC PARTITIONS RECORDS BYTES [key=value]...");
  const char *what = argv[1], *topic = argv[3];
  int partitions = atoi(argv[4]);
  long records = atol(argv[5]);
  size_t bytes = atol(argv[6]);
  int consumes = strcmp(what, "consume") == 0;
  char why[512];
  rd_kafka_conf_t *conf = configure(argv[2], argc - 7, argv + 7);
  if (!consumes) rd_kafka_conf_set_dr_msg_cb(conf, report);
  rd_kafka_t *client = rd_kafka_new(consumes ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER, conf, why, sizeof why);
  if (!client) die("rd_kafka_new", why);
  double took = consumes                            ? consume(client, topic, partitions, records, bytes)
                : strcmp(what, "produce-batch") == 0 ? produce_batch(client, topic, records, bytes)
                                                     : produce(client, topic, records, bytes);
  if (failed) die("produce", "deliveries failed");
  printf("%.6f\n", took);
  rd_kafka_destroy(client);
  return 0;
}
