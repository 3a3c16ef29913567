#include "uploader-client/domain/tally.hpp"

namespace uploader_client::domain {

using protocol::error_code;
using protocol::upload::status;

void tally::add(const file_report& file) {
    if (file.status == status::failed) return add_failure(file.error);
    if (file.is_folder) return;
    if (files() == 0) first_digest_ = file.digest;
    ++(file.status == status::skipped ? skipped_ : stored_);
    bytes_ += file.bytes;
}

void tally::add_failure(std::error_code why) {
    ++failed_;
    if (why == make_error_code(error_code::verification_failed)) ++not_verified_;
    if (why == make_error_code(error_code::not_permitted)) ++not_permitted_;
}

protocol::upload::digest tally::digest() const {
    return files() == 1 ? first_digest_ : protocol::upload::digest{};
}

verdict tally::judge() const {
    if (failed_ == 0) return verdict::done;
    if (files() > 0) return verdict::partly;
    if (not_verified_ == failed_) return verdict::verification_failed;
    return not_permitted_ == failed_ ? verdict::not_permitted : verdict::failed;
}

}  // namespace uploader_client::domain
