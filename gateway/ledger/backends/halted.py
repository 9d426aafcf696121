"""Ends the connections of a process that stands still while others wait for what it has locked.

The server does so by itself only for a transaction between two statements. One whose client stopped in the
middle of a statement, between its preparing and its running, keeps its locks for as long as it stands still,
and one connection after the other of such a process gets the lock that the one before it left.
"""

NAME = "airwarn "  # how the names begin by which our processes are known to the server

# A client that said nothing for so long, with a transaction open, and whose lock somebody waits for: all
# that its process has is ended, or the next of its connections would be waited for as well. Never one's own.
# They are gathered before the first is ended: who waits for whom changes with it.
END = """
select count(*) filter (where pg_terminate_backend(pid)) from unnest(array(
    select pid from pg_stat_activity
    where datname = current_database() and application_name in (
        select holding.application_name
        from pg_stat_activity waiting
        cross join lateral unnest(pg_blocking_pids(waiting.pid)) as blocking (pid)
        join pg_stat_activity holding on holding.pid = blocking.pid
        where waiting.datname = current_database()
            and waiting.wait_event_type = 'Lock'
            and holding.wait_event = 'ClientRead'
            and clock_timestamp() - holding.state_change > make_interval(secs => $1)
            and holding.application_name like $2
            and holding.application_name <> current_setting('application_name')
    )
)) as pid
"""
