"""Where a PostgreSQL ledger is: which cluster, on which timeline, in which database and table.

A base backup that was recovered and a standby that was promoted go on in a new timeline; a dump that was
read in has other numbers. All of them are older than the truth, or may be: nothing leaves of them until a
person has looked (`gateway.ledger.backends.incarnation`).
"""

_PLACE = (
    "concat_ws('.', (select system_identifier from pg_control_system()),"
    " substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),"  # begins with the timeline
    " (select oid from pg_database where datname = current_database()),"
    " 'incarnation'::regclass::oid)"
)
_NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint"

# gives 1 where it was another place until now; a ledger that nobody ever ran from is at none
GUARD_IF_MOVED = f"""
with moved as (
  update incarnation
  set guarded_since = coalesce(guarded_since, {_NOW}),
      guarded_because = coalesce(guarded_because, 'copy'),
      earlier_mark = mark,
      mark = {_PLACE}
  where mark <> {_PLACE}
  returning 1
), told as (
  insert into events (at, kind, detail) select {_NOW}, 'restored', '{{"because": "copy"}}' from moved
)
select count(*) from moved
"""  # noqa: S608 - constants of this file

SETTLE = f"""
insert into incarnation (id, mark) values (1, {_PLACE})
on conflict (id) do update set mark = excluded.mark where incarnation.mark is null
"""  # noqa: S608 - constants of this file
