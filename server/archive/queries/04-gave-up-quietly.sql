-- Callers who gave up although their voice was never tense for long: nobody complained, and nobody
-- was helped. Listen to these first.
SELECT call_id, date, queue, round(duration_s) AS duration_s, tense_s, peak_index, repeat, churn
FROM 'calls/*.parquet'
WHERE withdrew AND coalesce(tense_s, 0) < 30
ORDER BY date DESC, call_id
LIMIT 100;
