-- Objections by kind and week: calls in which a kind was heard, and their share of the calls with
-- words. A call counts once for a kind, however often it was said.
SELECT
    date_trunc('week', date)::date AS week,
    kind,
    count(DISTINCT call_id) AS calls_with_it,
    any_value(calls) AS calls,
    round(count(DISTINCT call_id) / any_value(calls), 4) AS share
FROM 'events/*.parquet'
JOIN 'calls/*.parquet' USING (call_id)
JOIN (
    SELECT date_trunc('week', date)::date AS week, count(*) AS calls
    FROM 'calls/*.parquet' WHERE words AND NOT demo_words GROUP BY 1
) AS weeks ON weeks.week = date_trunc('week', date)::date
WHERE type = 'objection_heard' AND words AND NOT demo_words
GROUP BY ALL
ORDER BY week, calls_with_it DESC;
