// What the sender asks before it offers: which of these files need not be sent?
#include "common/transfer/comparison.hpp"
#include "common/transfer/limits.hpp"
#include "common/transfer/sender.hpp"
#include "protocol/frame/encoder.hpp"
#include "protocol/wire/codec.hpp"

#include <algorithm>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;
using protocol::wire::bytes_view;
using upload::verdict;

namespace {

seam::result<digest> read_digest(const outgoing& item) {
    const auto file = item.disk->open_read(item.source_path);
    if (!file) return file.error();
    return content_digest(**file, item.size);
}

}  // namespace

bool sender::asks_about(const outgoing& item) const {
    return asking_ && !item.stream;
}

bool sender::can_ask() const {
    const bool full =
        questions_.items.size() == limits::asked_max || questions_.bytes >= limits::ask_frame_bytes_max;
    // The numbers of a batch are consecutive.
    const bool follows =
        questions_.items.empty() || questions_.first + questions_.items.size() == next_file_no_;
    if (!full && follows) return true;
    return !question_job_ && ready_bytes_ < limits::outbound_ready_bytes_max;
}

void sender::ask_about(const item_pointer& item) {
    const std::uint32_t number = next_file_no_++;
    const bool full =
        questions_.items.size() == limits::asked_max || questions_.bytes >= limits::ask_frame_bytes_max;
    if (full || questions_.first + questions_.items.size() != number) send_questions();
    if (questions_.items.empty()) questions_.first = number;
    unanswered_.emplace(number, offered_item{item});
    questions_.items.push_back(item);
    questions_.bytes += sizeof(upload::asked) + item->path.size();
}

void sender::send_questions() {
    if (questions_.items.empty() || question_job_) return;
    auto batch = std::make_shared<const question_batch>(std::exchange(questions_, {}));
    if (!settings_.checksum) return put_questions(*batch, {});
    question_job_ = true;
    auto contents = std::make_shared<std::vector<seam::result<digest>>>();
    const auto work = [batch, contents] {
        for (const item_pointer& item : batch->items) {
            const bool has_content = item->kind == upload::entry_kind::file;
            contents->push_back(has_content ? read_digest(*item) : seam::result<digest>{digest{}});
        }
    };
    run(
        work, [this, batch, contents] { put_questions(*batch, *contents); },
        [this] { question_job_ = false; });
}

void sender::put_questions(const question_batch& batch, const std::vector<seam::result<digest>>& contents) {
    upload::ask message{.first_file_no = batch.first, .entries = {}};
    message.entries.reserve(batch.items.size());
    std::deque<digest> links;  // of their targets
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
        const outgoing& item = *batch.items[i];
        upload::asked entry{.kind = item.kind,
                            .size = item.size,
                            .mtime_ns = item.mtime_ns,
                            .mode = item.mode,
                            .digest = {},
                            .path = item.path};
        if (item.kind == upload::entry_kind::link) {
            links.push_back(digest_of(std::as_bytes(std::span{item.link_target})));
            entry.digest = bytes_view{links.back()};
        }
        // A file that cannot be read is found out when it is sent.
        if (!contents.empty() && contents[i] && item.kind == upload::entry_kind::file) {
            entry.digest = bytes_view{*contents[i]};
        }
        message.entries.push_back(entry);
    }
    open_questions_.push_back(batch);
    make_ready(stream::slice::copy_of(protocol::frame::encode(message)), 0);
}

error_code sender::on_checked(const transport::incoming_frame& frame) {
    upload::checked told;
    if (const auto error = protocol::wire::decode(bytes_view{frame.payload}, told);
        error != error_code::none) {
        return error;
    }
    // Over several lanes answers may come in another order, or twice.
    const auto asked = lanes_.several()
                           ? std::ranges::find(open_questions_, told.first_file_no, &question_batch::first)
                           : open_questions_.begin();
    if (asked == open_questions_.end()) return lanes_.several() ? error_code::none : error_code::unexpected;
    if (told.first_file_no != asked->first || told.verdicts.size() != asked->items.size()) {
        return error_code::unexpected;
    }
    open_questions_.erase(asked);
    std::uint32_t number = told.first_file_no;
    for (const upload::judged& each : told.verdicts) {
        take_verdict(number++, each);
        // The listener may have ended the connection.
        if (lanes_.empty()) return error_code::none;
    }
    events_->on_counts(counts_);
    pump();
    return error_code::none;
}

void sender::take_verdict(std::uint32_t file_no, const upload::judged& told) {
    unanswered_.at(file_no).verdict = told.verdict;
    if (upload::wants_content(told.verdict)) {
        if (!settings_.dry_run) return wanted_.push_back(file_no);
        return settle(file_no, upload::status::stored, {}, {});
    }
    const bool failed = told.verdict == verdict::conflict || told.verdict == verdict::refused;
    if (!failed) return settle(file_no, upload::status::skipped, {}, {});
    const auto why = told.code == 0 ? error_code::internal : static_cast<error_code>(told.code);
    settle(file_no, upload::status::failed, make_error_code(why), {});
}

void sender::offer_wanted() {
    while (!wanted_.empty()) {
        const std::uint32_t number = wanted_.front();
        const item_pointer item = unanswered_.at(number).item;
        if (!can_offer(*item)) return;
        wanted_.pop_front();
        offer(number, item);
    }
}

}  // namespace common::transfer
