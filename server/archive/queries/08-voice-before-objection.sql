-- The voice around an objection: the caller's mean anxiety index and speech rate in the 15 s before
-- it and the 15 s after it, by kind, where there are at least 30 objections with both.
WITH around AS (
    SELECT
        o.kind, o.call_id, o.seq,
        avg(w.index) FILTER (w.at_s <= o.at_s) AS index_before,
        avg(w.index) FILTER (w.at_s > o.at_s) AS index_after,
        avg(w.articulation_rate_hz) FILTER (w.at_s <= o.at_s) AS rate_before,
        avg(w.articulation_rate_hz) FILTER (w.at_s > o.at_s) AS rate_after
    FROM 'events/*.parquet' AS o
    JOIN 'windows/*.parquet' AS w
        ON w.call_id = o.call_id AND w.role = 'caller' AND abs(w.at_s - o.at_s) <= 15
    WHERE o.type = 'objection_heard'
    GROUP BY o.kind, o.call_id, o.seq
)
SELECT
    kind, count(*) AS objections,
    round(avg(index_before), 1) AS index_before, round(avg(index_after), 1) AS index_after,
    round(avg(rate_before), 2) AS syllables_a_s_before,
    round(avg(rate_after), 2) AS syllables_a_s_after
FROM around
WHERE index_before IS NOT NULL AND index_after IS NOT NULL
GROUP BY kind
HAVING count(*) >= 30
ORDER BY objections DESC;
