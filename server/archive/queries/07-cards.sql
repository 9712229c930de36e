-- How often each card had a reason: calls and times, and how many of them a holdout withheld. In an
-- archive of recordings nobody saw a card; see the dashboard for what cards do.
SELECT
    card_id,
    count(DISTINCT call_id) AS calls,
    count(*) FILTER (type = 'cue_shown') AS would_be_shown,
    count(*) FILTER (type = 'cue_withheld') AS withheld
FROM 'events/*.parquet'
WHERE type IN ('cue_shown', 'cue_withheld')
GROUP BY card_id
ORDER BY calls DESC, card_id;
