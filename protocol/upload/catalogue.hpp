// All upload messages, by name.
#pragma once

#include "protocol/upload/compare_messages.hpp"
#include "protocol/upload/file_messages.hpp"
#include "protocol/upload/messages.hpp"
#include "protocol/wire/catalogue.hpp"

namespace protocol::upload {

inline constexpr std::tuple catalogue{
    wire::entry<open>{"upload.open"},
    wire::entry<opened>{"upload.opened"},
    wire::entry<offer>{"upload.offer"},
    wire::entry<wanted>{"upload.wanted"},
    wire::entry<chunk>{"upload.chunk"},
    wire::entry<progress>{"upload.progress"},
    wire::entry<finish>{"upload.finish"},
    wire::entry<withdraw>{"upload.withdraw"},
    wire::entry<stored>{"upload.stored"},
    wire::entry<end>{"upload.end"},
    wire::entry<done>{"upload.done"},
    wire::entry<list>{"upload.list"},
    wire::entry<listing>{"upload.listing"},
    wire::entry<ask>{"upload.ask"},
    wire::entry<checked>{"upload.checked"},
    wire::entry<zeros>{"upload.zeros"},
    wire::entry<remove>{"upload.remove"},
    wire::entry<removed>{"upload.removed"},
    wire::entry<rename>{"upload.rename"},
    wire::entry<renamed>{"upload.renamed"},
    wire::entry<list_unfinished>{"upload.list_unfinished"},
    wire::entry<unfinished>{"upload.unfinished"},
    wire::entry<discard>{"upload.discard"},
    wire::entry<discarded>{"upload.discarded"},
    wire::entry<waits>{"upload.waits"},
    wire::entry<attach>{"upload.attach"},
    wire::entry<attached>{"upload.attached"},
    wire::entry<taken>{"upload.taken"},
    wire::entry<lost>{"upload.lost"},
    wire::entry<packed>{"upload.packed"},
    wire::entry<examine>{"upload.examine"},
    wire::entry<examined>{"upload.examined"},
    wire::entry<want_receipts>{"upload.want_receipts"},
    wire::entry<receipt>{"upload.receipt"},
};

}  // namespace protocol::upload
