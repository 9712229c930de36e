-- When callers are tense: share of calls with tension by weekday (1 is Monday) and hour, where
-- there are at least 30 calls; fewer say nothing.
SELECT
    isodow(started_at) AS weekday,
    hour(started_at) AS hour,
    count(*) AS calls,
    round(avg((tense_s > 0)::int), 3) AS tense
FROM 'calls/*.parquet'
WHERE started_at IS NOT NULL AND tense_s IS NOT NULL
GROUP BY ALL
HAVING count(*) >= 30
ORDER BY weekday, hour;
