#include "uploader-server/session/receipts.hpp"

#include "protocol/frame/encoder.hpp"
#include "protocol/upload/file_messages.hpp"

#include <utility>

namespace uploader_server::session {

namespace transfer = common::transfer;
namespace trust = common::trust;
namespace upload = protocol::upload;

bool receipts::add(std::uint32_t file_no, transfer::receipt_entry entry) {
    if (!wanted_) return false;
    numbers_.push_back(file_no);
    entries_.push_back(std::move(entry));
    if (numbers_.size() >= upload::limits::receipted_max) flush();
    return numbers_.size() == 1;
}

void receipts::flush() {
    if (numbers_.empty()) return;
    const auto& key = around_.server.key;
    const transfer::receipt_head head{.server = trust::to_text(around_.server.print()),
                                      .client = client_.fingerprint,
                                      .transfer = transfer_,
                                      .time_ms = client_.home.wall_now().time_since_epoch().count()};
    const std::string text = transfer::receipt_text(head, entries_);
    upload::receipt told{.server_key = key.public_bytes(),
                         .signature = key.sign(std::as_bytes(std::span{text})),
                         .time_ms = head.time_ms,
                         .files = {}};
    for (const std::uint32_t each : numbers_) told.files.push_back({.file_no = each});
    numbers_.clear();
    entries_.clear();
    host_.reply(common::stream::slice::copy_of(protocol::frame::encode(told)));
}

}  // namespace uploader_server::session
