-- Many districts' lists as one: a line for each district, the reddest first.
-- Each district writes its list:   pilottask export exports/DISTRICT.jsonl
-- and here all of them are read:   duckdb < examples/districts.sql
WITH task AS (
    SELECT *
    FROM read_ndjson(
        'exports/*.jsonl',
        columns = {
            record: 'VARCHAR', pilot: 'VARCHAR', uid: 'VARCHAR', department: 'VARCHAR',
            status: 'VARCHAR', light: 'VARCHAR', overdue: 'BOOLEAN', days_late: 'INTEGER', problems: 'JSON[]'
        }
    )
    WHERE record = 'task'
)
SELECT
    pilot,
    count(*) AS total,
    count(*) FILTER (status = 'closed') AS closed,
    count(*) FILTER (light = 'red') AS red,
    count(*) FILTER (light = 'yellow') AS yellow,
    count(*) FILTER (overdue) AS overdue,
    max(days_late) AS days_late,
    sum(len(problems)) AS problems,
    round(100 * count(*) FILTER (status = 'closed') / nullif(count(*) FILTER (status <> 'cancelled'), 0), 1)
        AS completion_rate
FROM task
GROUP BY pilot
ORDER BY red DESC, yellow DESC, pilot;
