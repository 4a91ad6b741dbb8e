insert into outbox values ('21111111-1111-1111-1111-111111111111', 'order', '42', 'Paid', '{"n": null, "l": [{"x": 1}, {"x": 2}], "big": 3000000000, "f": 1.5, "e": [], "o": {}}', 0, '2024-02-03 04:05:06', 2);
insert into outbox values ('31111111-1111-1111-1111-111111111111', 'customer', '7', 'Gone', null, 0, null, null);
insert into outbox values ('41111111-1111-1111-1111-111111111111', 'customer', 'ä"7', 'Named', '"text"', 0, '1969-12-31 23:59:59.5', 3);
begin;
insert into outbox values ('51111111-1111-1111-1111-111111111111', 'order', '43', 'Placed', '{"s": "\u00e9\n", "t": true}', 0, '2024-02-03', 2);
delete from outbox where aggregateid = '43';
commit;
update outbox set version = 9 where aggregateid = '42';
delete from outbox;
