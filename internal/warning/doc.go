// Package warning knows which children may be leaving school, from the marks of the roll
// call: early, with the evidence, and in a sentence instead of a score.
//
// Its words. A rule is one file, with a version; it is a pure function of a History – the
// marked sessions of one pupil, of a class, of a place – and of thresholds counted in
// school days. What was not marked is not in a History, so no rule speaks of it; the one
// rule about unmarked classes says "chưa biết", never "có mặt" or "vắng". What a rule
// finds is a Finding; kept, it is a Signal: one for one matter, which steps up while the
// same run goes on (find out, call, visit, commune, committee), is over when the child is
// back, and is withdrawn, saying so, when a correction takes its ground. Many absences of
// one village or household on the same days are one signal, of which the others are part.
// Context (over-age, repeated, came back before, a sibling left, a poor household) only
// raises the order in a list. Ethnicity, religion, what a village is and the sex of a
// child are never read: the types that rules see have no place for them.
//
// Ladders differ: under five years it is advice only, at five and in primary and lower
// secondary school the whole ladder, above it counsel on GDTX and vocational ways.
//
// The law behind it: TT 22/2021/TT-BGDĐT Điều 12 for the 45 sessions (before it TT 58/2011
// Điều 15). All other numbers are the product's own, may be changed by place, level and
// season (thresholds.toml says which is what), and are never a ground for punishing anyone.
//
// Who may enter: casework, afterbreak and the doors. This room enters org, calendar,
// student and rollcall and writes no table of theirs. Passes are the product's own work;
// whatever a person reads goes through access.
package warning
