// The receiver's answers to what a sender asks before it offers.
#include "common/transfer/comparison.hpp"
#include "common/transfer/receiver.hpp"
#include "protocol/upload/compare_messages.hpp"
#include "protocol/upload/name_policy.hpp"
#include "protocol/wire/codec.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;
using upload::verdict;

namespace {

std::size_t waiting_cost(const std::vector<question>& asked) {
    std::size_t bytes = 0;
    for (const question& each : asked) bytes += sizeof(question) + each.target.size();
    return bytes;
}

upload::status status_of(verdict what) {
    const bool failed = what == verdict::conflict || what == verdict::refused;
    return failed ? upload::status::failed : upload::status::skipped;
}

}  // namespace

error_code receiver::on_ask(const incoming_frame& frame) {
    upload::ask message;
    if (const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, message);
        error != error_code::none) {
        return error;
    }
    if (message.entries.empty()) return error_code::unexpected;
    if (!asked_.insert(message.first_file_no))
        return lanes_.several() ? error_code::none : error_code::unexpected;
    if (ended_) return error_code::unexpected;
    if (unsettled_.size() + message.entries.size() > limits::offers_in_flight_max) {
        return error_code::unexpected;
    }
    std::vector<question> questions;
    questions.reserve(message.entries.size());
    std::uint32_t file_no = message.first_file_no;
    for (const upload::asked& entry : message.entries) {
        if (!unsettled_.insert(file_no).second) return error_code::unexpected;
        question& next = questions.emplace_back();
        next.file_no = file_no++;
        next.kind = entry.kind;
        next.size = entry.size;
        next.mtime_ns = settings_.keep_mtime ? entry.mtime_ns : 0;
        next.mode = settings_.keep_mode ? entry.mode : 0;
        next.target = local_path(entry.path);
        next.refused = check_entry(entry.kind, entry.path, next.target);
        if (entry.size > settings_.file_bytes_max) next.refused = error_code::quota_exceeded;
        if (entry.digest.empty()) continue;
        if (entry.digest.size() != limits::digest_bytes) return error_code::malformed;
        std::ranges::copy(entry.digest, next.content.emplace().begin());
    }
    waiting_.add(waiting_cost(questions));
    questions_.push_back(std::move(questions));
    answer_questions();
    return error_code::none;
}

void receiver::answer_questions() {
    if (comparing_ || questions_.empty() || stopped()) return;
    auto asked = std::make_shared<const std::vector<question>>(std::move(questions_.front()));
    questions_.pop_front();
    auto answers = std::make_shared<std::vector<answer>>();
    comparing_ = true;
    run(
        [asked, answers, &disk = around_.disk,
         settings = comparison_settings{.on_conflict = settings_.on_conflict,
                                        .durability = settings_.durability,
                                        .dry_run = settings_.dry_run}] {
            *answers = compare(disk, *asked, settings);
        },
        [this, asked, answers] {
            comparing_ = false;
            waiting_.remove(waiting_cost(*asked));
            on_answers(*asked, *answers);
            answer_questions();
        });
}

void receiver::on_answers(const std::vector<question>& asked, const std::vector<answer>& answers) {
    assert(asked.size() == answers.size());
    if (stopped()) return;
    upload::checked message{.first_file_no = asked.front().file_no, .verdicts = {}};
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto [what, code] = answers[i];
        const auto number = static_cast<std::uint16_t>(code);
        message.verdicts.push_back({what, number});
        if (wants_content(what) && !settings_.dry_run) {
            // It will be offered under the same number.
            unsettled_.erase(asked[i].file_no);
            continue;
        }
        const std::string_view path = offered_path(asked[i].target);
        events_->on_offer(asked[i].kind, asked[i].size);
        count(status_of(what), 0);
        unsettled_.erase(asked[i].file_no);
        if (what == verdict::same) {
            counts_.skipped_bytes += asked[i].size;
            counts_.durable_bytes += asked[i].size;
        }
        const upload::outcome told{
            .file_no = asked[i].file_no, .status = status_of(what), .code = number, .path = {}};
        events_->on_outcome(
            {.path = path, .outcome = told, .bytes = 0, .kind = asked[i].kind, .verdict = what});
    }
    tell(stream::slice::copy_of(protocol::frame::encode(message)));
    events_->on_counts(counts_);
}

}  // namespace common::transfer
