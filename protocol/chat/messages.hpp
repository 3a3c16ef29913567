// The chat's messages: a room is a log of records, a reader is a position in it.
//
//   client                                                server
//     │                       ◀── server_info ──────────────│   once, right after Welcome
//     │── join_room ────────▶   ◀── joined ─────────────────│   then gap/record frames up to the head,
//     │                       ◀── record… caught_up record… │   caught_up once, then records as they come
//     │── post ─────────────▶   ◀── posted ─────────────────│   after the record is kept
//     │── seen ─────────────▶                               │   moves the durable cursor; not answered
//     │── fetch ────────────▶   ◀── page ───────────────────│   older records, on demand
//
// Requests carry a number in the frame header; their answer, or session::failure, repeats it. Record frames
// have request 0 and are the same bytes for every reader. Two counters number a room's records: `seq` counts
// all of them from 1 without a hole, `n` counts the messages among them, so that #213 is a message and unread
// is a subtraction. Cursors, positions and gaps are in seq; what a person types is in n.
#pragma once

#include "protocol/chat/answers.hpp"
#include "protocol/chat/people.hpp"
#include "protocol/chat/requests.hpp"
#include "protocol/chat/search.hpp"
