create table a (id integer primary key, name text default 'nobody', amount numeric(10,2) not null default 1.5, at timestamptz, day date, flag boolean, note varchar(20) not null, data jsonb, raw bytea);
create table b (id bigint primary key, name text, moment timestamp(3), ratio double precision, share real, small smallint, tags text[]);
create table c (id uuid, value text);
alter table c replica identity full;
insert into a values (1, 'ann', 2.25, '2024-02-03 04:05:06.789Z', '2024-02-03', true, 'x', '{"a": 1}', '\x010203'), (2, null, 0, null, null, null, 'y', null, null);
insert into b values (1, 'b', '2024-02-03 04:05:06.789', 2.5, 0.1, 3, '{a,b}');
insert into c values ('11111111-1111-1111-1111-111111111111', 'v');
