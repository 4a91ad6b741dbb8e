/*
 * The loops that `kafka-bench` measures the Swift library against and `broker-bench` measures brokers with, in plain C over librdkafka.
 *
 *   kafka-bench-c produce|produce-batch|consume|latency SERVERS TOPIC PARTITIONS RECORDS BYTES [key=value]...
 *
 * Prints the seconds that the loop took. `produce` calls rd_kafka_produce for each record and serves delivery reports from the same
 * thread, as librdkafka's own examples do; `produce-batch` hands over 1000 records a call, to one partition after the other, and serves
 * them from a second thread. `consume` takes up to 1000 messages a call. `latency` produces 1000 records a second and prints, instead of the loop's seconds, the median
 * and the 99th percentile of the seconds from the call to its delivery report.
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
  if (message->_private) *(double *)message->_private = now() - *(double *)message->_private;
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

static double produce_batch(rd_kafka_t *client, const char *name, int partitions, long records, size_t bytes) {
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
                topic, i / chunk % partitions, RD_KAFKA_MSG_F_COPY, messages + taken, count - taken)) < count)
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

static int ascending(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return difference < 0 ? -1 : difference > 0;
}

static void latency(rd_kafka_t *client, const char *name, long records, size_t bytes) {
  enum { warming = 500 };
  rd_kafka_topic_t *topic = rd_kafka_topic_new(client, name, NULL);
  char *value = malloc(bytes);
  double *times = calloc(warming + records, sizeof *times);
  pthread_t thread;
  pthread_create(&thread, NULL, serve, client);
  memset(value, 'x', bytes);
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  for (long i = 0; i < warming + records; i++) {
    next.tv_nsec += 1000000;
    if (next.tv_nsec >= 1000000000) next = (struct timespec){next.tv_sec + 1, next.tv_nsec - 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    times[i] = now();
    if (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, bytes, NULL, 0, &times[i]))
      die("latency", rd_kafka_err2str(rd_kafka_last_error()));
  }
  while (delivered + failed < warming + records) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  stopped = 1;
  pthread_join(thread, NULL);
  qsort(times + warming, records, sizeof *times, ascending);
  printf("%.6f %.6f\n", times[warming + records / 2], times[warming + records * 99 / 100]);
  rd_kafka_topic_destroy(topic);
  free(value);
  free(times);
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
  if (total != read * (bytes + 'x')) die("consume", "not the bytes that were written");
  rd_kafka_queue_destroy(queue);
  rd_kafka_consumer_close(client);
  return took;
}

int main(int argc, char **argv) {
  if (argc < 7) die("usage", "produce|produce-batch|consume|latency SERVERS TOPIC PARTITIONS RECORDS BYTES [key=value]...");
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
  if (strcmp(what, "latency") == 0) {
    latency(client, topic, records, bytes);
  } else {
    double took = consumes                            ? consume(client, topic, partitions, records, bytes)
                  : strcmp(what, "produce-batch") == 0 ? produce_batch(client, topic, partitions, records, bytes)
                                                       : produce(client, topic, records, bytes);
    printf("%.6f\n", took);
  }
  if (failed) die("produce", "deliveries failed");
  rd_kafka_destroy(client);
  return 0;
}
