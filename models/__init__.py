"""Weights, their cards, and the one way to load them."""

import os

# onnxruntime (1.32) reports its use to its maker unless told not to before it is imported. Nothing
# leaves this machine; whatever imports it here, or in a process started from here, finds this set.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
