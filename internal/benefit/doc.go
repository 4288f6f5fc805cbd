// Package benefit knows who receives which support of the state: who is entitled, on which
// ground, by which decision, from when until when, and for which months it was paid or
// handed out.
//
// Its words. A scheme is a kind of support (ăn bán trú, gạo, chi phí học tập …); its rules
// are dated, because decrees follow one another and the amounts change with them
// (schemes.toml). A benefit is a spell of one pupil in one scheme: half-open, never two at
// once. A month is what was paid of it, in đồng, and handed out, in grams of rice.
//
// The law behind it: NĐ 116/2016/NĐ-CP and from 1 May 2025 NĐ 66/2025/NĐ-CP for boarders
// of places of special hardship; NĐ 57/2017/NĐ-CP for the very small peoples; NĐ
// 105/2020/NĐ-CP for meals of kindergarten children; NĐ 81/2021/NĐ-CP and NĐ
// 238/2025/NĐ-CP for costs of learning and fees; TTLT 42/2013 for disabled pupils.
//
// Who may enter: the doors. That a child receives something says that it is poor, disabled
// or an orphan: only the school and those who protect the child see it (benefit.see), no
// stated purpose opens it, and it is never a factor of a warning. Who leads a unit sees
// counts (breakdown.sensitive), small ones hidden as indicator hides them. This room
// enters org, student and indicator.
package benefit
