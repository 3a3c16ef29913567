#include "uploader-client/session/verify_conversation.hpp"

#include "common/transfer/folders.hpp"
#include "common/transfer/limits.hpp"
#include "protocol/upload/file_messages.hpp"
#include "protocol/wire/codec.hpp"

#include <algorithm>
#include <utility>

namespace uploader_client::session {

namespace upload = protocol::upload;
using domain::compared_state;
using protocol::error_code;

namespace {

bool is_read(const transfer::outgoing& item) {
    return item.kind == upload::entry_kind::file && !item.error;
}

// What is known of a local entry without reading it.
compared_state state_of(const transfer::outgoing& item) {
    return {.kind = item.kind, .error = item.error, .size = item.size, .digest = {}};
}

}  // namespace

std::shared_ptr<verify_conversation> verify_conversation::create(
    seam::event_loop& loop, seam::blocking_pool& pool, verify_settings settings,
    std::shared_ptr<transfer::outgoing_source> source, domain::comparison_observer& observer) {
    return std::shared_ptr<verify_conversation>(
        new verify_conversation(loop, pool, std::move(settings), std::move(source), observer));
}

verify_conversation::verify_conversation(seam::event_loop& loop, seam::blocking_pool& pool,
                                         verify_settings settings,
                                         std::shared_ptr<transfer::outgoing_source> source,
                                         domain::comparison_observer& observer)
    : conversation(loop),
      pool_(pool),
      settings_(std::move(settings)),
      source_(std::move(source)),
      observer_(observer) {}

void verify_conversation::open() {
    up_ = true;
    for (const auto& each : batches_) {
        each->asked = false;
        ask(*each);
    }
    pump();
}

void verify_conversation::wind_up(seam::handler done) {
    up_ = false;
    done();
}

void verify_conversation::pump() {
    conclude();
    if (!up_) return;
    if (listed_ && batches_.empty()) {
        up_ = false;
        return finish();
    }
    list();
    hash();
}

void verify_conversation::list() {
    if (listing_ || listed_ || batches_.size() >= batches_max) return;
    listing_ = true;
    auto made = std::make_shared<batch>();
    auto error = std::make_shared<std::error_code>();
    const auto work = [made, error, source = source_] {
        for (bool more = true; more && made->items.empty();) {
            auto found = source->next(upload::limits::examined_max);
            if (!found) {
                *error = found.error();
                return;
            }
            more = !found->empty();
            // What is in a folder is compared, not its times.
            std::erase_if(*found, [](const transfer::outgoing& each) {
                return each.kind == upload::entry_kind::folder_end;
            });
            made->items = *std::move(found);
        }
    };
    const std::weak_ptr<conversation> weak = weak_from_this();
    pool_.run(loop(), work, [this, weak, made, error] {
        if (weak.expired()) return;
        listing_ = false;
        if (*error) observer_.on_list_error(*error);
        listed_ = *error || made->items.empty();
        if (!listed_) {
            batches_.push_back(made);
            if (up_) ask(*made);
        }
        pump();
    });
}

void verify_conversation::ask(batch& about) {
    if (about.asked || !about.there.empty()) return;
    about.asked = true;
    std::vector<std::string> paths;
    for (const transfer::outgoing& each : about.items) {
        paths.push_back(transfer::join_path(settings_.folder, each.path));
    }
    upload::examine asked{.kind = settings_.kind, .files = {}};
    for (std::size_t i = 0; i < paths.size(); ++i) {
        // Without a size that a file may have it is only looked at.
        const std::uint64_t size = is_read(about.items[i]) ? about.items[i].size : upload::size_unknown;
        asked.files.push_back({.size = size, .path = paths[i]});
    }
    transfer::send_message(*this, asked, request_number);
}

error_code verify_conversation::on_message(const transport::incoming_frame& frame) {
    if (frame.header.type != upload::examined::type) return error_code::unexpected;
    upload::examined told;
    const auto error = decode(protocol::wire::bytes_view{frame.payload}, told);
    if (error != error_code::none) return error;
    const auto waits = [](const auto& each) { return each->asked && each->there.empty(); };
    const auto found = std::ranges::find_if(batches_, waits);
    if (found == batches_.end() || told.findings.size() != (*found)->items.size())
        return error_code::unexpected;
    for (const upload::finding& each : told.findings) {
        const bool failed = each.code != 0;
        (*found)->there.push_back(
            {.kind = each.kind,
             .error = failed ? make_error_code(static_cast<error_code>(each.code)) : std::error_code{},
             .size = each.size,
             .digest = {each.digest.begin(), each.digest.end()}});
    }
    pump();
    return error_code::none;
}

// One file is read at a time; the first batch that is not whole goes on.
void verify_conversation::hash() {
    const auto unread = [](const auto& each) { return each->here.size() < each->items.size(); };
    const auto found = std::ranges::find_if(batches_, unread);
    if (hashing_ || found == batches_.end()) return;
    hashing_ = true;
    auto over = std::make_shared<seam::result<bool>>(true);
    const auto work = [self = shared_from_this(), this, in = *found, over] {
        const transfer::outgoing& next = in->items[in->here.size()];
        if (!is_read(next)) return;
        if (!hash_)
            hash_ = std::make_unique<transfer::file_hash>(*next.disk, next.source_path, settings_.kind);
        *over = hash_->step(transfer::limits::hash_job_bytes_max);
    };
    const std::weak_ptr<conversation> weak = weak_from_this();
    pool_.run(loop(), work, [this, weak, in = *found, over] {
        if (weak.expired()) return;
        hashing_ = false;
        if (*over && !**over) return hash();
        compared_state state = state_of(in->items[in->here.size()]);
        if (const auto hashed = std::exchange(hash_, nullptr)) {
            state.error = over->error();
            state.size = hashed->size();
            if (!state.error) state.digest = hashed->value();
        }
        observer_.on_read(state.digest.empty() ? 0 : state.size);
        in->here.push_back(std::move(state));
        pump();
    });
}

void verify_conversation::conclude() {
    while (!batches_.empty() && !batches_.front()->there.empty() &&
           batches_.front()->here.size() == batches_.front()->items.size()) {
        const auto whole = std::move(batches_.front());
        batches_.pop_front();
        for (std::size_t i = 0; i < whole->items.size(); ++i) {
            observer_.on_compared(whole->items[i].path, whole->here[i], whole->there[i]);
        }
    }
}

}  // namespace uploader_client::session
