-- What the recordings are worth: calls by codec and channels, with what cannot be told of them.
SELECT
    codec, channels, rate_hz,
    count(*) AS calls,
    count(*) FILTER (no_index IS NOT NULL) AS without_index,
    count(*) FILTER (NOT words) AS without_words,
    count(*) FILTER (demo_words) AS demo_words,
    round(median(snr_db), 1) AS median_snr_db,
    round(median(word_probability), 3) AS median_word_probability,
    round(median(coverage), 3) AS median_coverage
FROM 'calls/*.parquet'
GROUP BY codec, channels, rate_hz
ORDER BY calls DESC;
