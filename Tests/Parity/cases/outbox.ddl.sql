create table outbox (id uuid primary key, aggregatetype text not null, aggregateid text not null, type text not null, payload jsonb, part integer default 0, at timestamp, version integer);
insert into outbox values ('11111111-1111-1111-1111-111111111111', 'order', '42', 'Placed', '{"a": 1, "b": {"c": [1, 2]}}', 0, '2024-02-03 04:05:06.789012', 1);
