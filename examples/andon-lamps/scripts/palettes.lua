--- The colours of the verdicts. The second set stays apart in every common form of colour blindness.
return {
  classic = {
    working = { r = 0.20, g = 0.95, b = 0.35 },
    waiting = { r = 1.00, g = 0.68, b = 0.10 },
    stopped = { r = 1.00, g = 0.13, b = 0.10 },
    idle = { r = 0.45, g = 0.55, b = 0.70 },
  },
  ["colour-blind"] = {
    working = { r = 0.20, g = 0.55, b = 1.00 },
    waiting = { r = 1.00, g = 0.90, b = 0.25 },
    stopped = { r = 0.84, g = 0.26, b = 0.00 },
    idle = { r = 0.45, g = 0.45, b = 0.45 },
  },
}
