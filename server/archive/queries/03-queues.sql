-- Queues side by side: how long calls are, how tense, how they end, and what is known of it.
SELECT
    queue,
    count(*) AS calls,
    round(median(duration_s)) AS median_duration_s,
    round(avg((tense_s > 0)::int), 3) AS tense,
    round(avg(withdrew::int), 3) AS gave_up,
    round(avg(solved_given::int), 3) AS solved_as_told,
    round(avg(csat), 2) AS csat,
    round(avg(repeat::int), 3) AS called_again
FROM 'calls/*.parquet'
GROUP BY queue
ORDER BY calls DESC;
