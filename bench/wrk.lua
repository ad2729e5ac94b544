-- Prints, for bench/wrk.py: good answers, failures, seconds, and one hundred times.
done = function(summary, latency)
  local errors = summary.errors
  local bad = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  print("measured", summary.requests - errors.status, bad, summary.duration / 1e6)
  for share = 0, 99 do
    print("within", latency:percentile(share + 0.5) / 1e6)
  end
end
