#include "chat-client/commands/export_command.hpp"

#include "chat-client/commands/limits.hpp"
#include "chat-client/controller/items.hpp"

#include <utility>

namespace chat_client::commands {

using protocol::chat::start_at;

void export_command::begin() {
    chat_.join({.name = room_, .start = {}, .existing_only = true, .watched = false});
}

void export_command::on_joined(const domain::room_facts& room) {
    if (!std::exchange(begun_, true)) {
        last_seq_ = room.last_seq;
        out_.write(controller::transcript_head(format_, room_));
    }
    // What a lost connection did not answer is asked again.
    asked_ = false;
    ask();
}

void export_command::ask() {
    if (finishing() || asked_ || waiting_ || !chat_.is_up()) return;
    if (next_seq_ > last_seq_) return end();
    asked_ = chat_.fetch(room_, {start_at::after_seq, next_seq_ - 1}, limits::export_page_messages) != 0;
}

void export_command::on_page(std::uint32_t, const domain::page& page) {
    asked_ = false;
    if (page.from_seq > page.to_seq) return end();
    domain::log_slice slice{.room = room_,
                            .range = {next_seq_, page.to_seq},
                            .known = {{next_seq_, page.to_seq}},
                            .records = page.records,
                            .amendments = page.records,
                            .n_before = n_,
                            .last_seq = last_seq_};
    std::erase_if(slice.amendments, [](const auto& each) { return !domain::is_amendment(each.kind); });
    slice.amendments.insert(slice.amendments.end(), page.amendments.begin(), page.amendments.end());
    slice.quoted = page.records;
    if (!page.records.empty()) n_ = page.records.back().n;
    next_seq_ = page.to_seq + 1;
    out_.write(controller::transcript_part(format_, room_, controller::page_of(slice, {}).items));
    // One page is on its way out at a time.
    waiting_ = true;
    out_.mark(room_, page.to_seq);
}

void export_command::on_shown(const std::vector<domain::position>& positions) {
    if (positions.empty() || !waiting_) return;
    waiting_ = false;
    ask();
}

void export_command::end() {
    if (finishing()) return;
    out_.write(controller::transcript_tail(format_));
    finish(common::app::exit_code::done);
}

}  // namespace chat_client::commands
