-- The calls with the longest tension, with what the caller objected to and how it ended.
SELECT
    call_id, date, queue, tense_s, peak_index, outcome, grade,
    (SELECT string_agg(DISTINCT kind, ', ' ORDER BY kind) FROM 'events/*.parquet' AS e
     WHERE e.call_id = c.call_id AND e.type = 'objection_heard') AS objections
FROM 'calls/*.parquet' AS c
WHERE tense_s > 0
ORDER BY tense_s DESC, call_id
LIMIT 50;
