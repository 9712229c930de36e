-- What callers said with each kind of objection: the newest twenty quotes of each, redacted.
SELECT kind, call_id, date, round(at_s, 1) AS at_s, text AS quote
FROM 'events/*.parquet'
JOIN 'calls/*.parquet' USING (call_id)
WHERE type = 'objection_heard' AND NOT demo_words
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY date DESC, call_id, seq) <= 20
ORDER BY kind, date DESC, call_id, seq;
