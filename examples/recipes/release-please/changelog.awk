# CHANGELOG.md as release-please writes it → the game's changelog.txt
BEGIN {
  for (i = 0; i < 99; i++) dashes = dashes "-"
}
/^##? \[?[0-9]+\.[0-9]+\.[0-9]+/ {
  match($0, /[0-9]+\.[0-9]+\.[0-9]+/)
  print dashes "\nVersion: " substr($0, RSTART, RLENGTH)
  if (match($0, /[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]/)) print "Date: " substr($0, RSTART, RLENGTH)
  version = 1
  next
}
/^### / && version {
  name = substr($0, 5)
  gsub(/[^A-Za-z ]/, "", name)
  gsub(/^ +| +$/, "", name)
  print "  " (name == "BREAKING CHANGES" ? "Changes" : name) ":"
  split("", seen)
}
/^[*-] / && version {
  entry = substr($0, 3)
  gsub(/ \(\[[0-9a-f]+\]\([^)]*\)\)/, "", entry) # the commit
  while (match(entry, /\[[^]]*\]\([^)]*\)/)) {
    link = substr(entry, RSTART, RLENGTH)
    sub(/^\[/, "", link)
    sub(/\]\(.*/, "", link)
    entry = substr(entry, 1, RSTART - 1) link substr(entry, RSTART + RLENGTH)
  }
  gsub(/\*\*/, "", entry)
  if (!(entry in seen)) print "    - " entry
  seen[entry] = 1
}
