create table a (id integer primary key, name text default 'nobody', secret text not null default 's', amount numeric(10,2) not null default 1.5, at timestamptz, day date, moment timestamp(3), flag boolean);
insert into a values (1, 'ann', 'x', 2.25, '2024-02-03 04:05:06.789Z', '2024-02-03', '2024-02-03 04:05:06.789', true), (2, null, 'y', 0, null, null, null, null);
