insert into a (id) values (3);
insert into a values (4, 'dee', 'q"é', -7.5, '1999-12-31 23:59:59Z', '1582-10-15', '1900-01-01', false), (5, 'e', '', 12345678.9, '0044-03-15 BC', '2024-12-31', '2024-12-31 23:59:59.999', null);
update a set name = 'ann2', amount = 3 where id = 1;
update a set id = 40 where id = 4;
