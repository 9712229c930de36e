-- What scored which calls: a figure that jumps where a version changes may say nothing of callers.
SELECT
    calmline, engine, model, playbook, thresholds, language,
    count(*) AS calls, min(date) AS first, max(date) AS last
FROM 'calls/*.parquet'
GROUP BY ALL
ORDER BY first, calls DESC;
