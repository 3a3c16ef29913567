// What a receiver does with the frames of files that travel in chunks: finds the file.
#include "common/transfer/incoming_file.hpp"
#include "common/transfer/receiver.hpp"
#include "protocol/wire/codec.hpp"

#include <utility>

namespace common::transfer {

namespace upload = protocol::upload;
using protocol::error_code;

error_code receiver::on_chunk(const incoming_frame& frame) {
    upload::chunk chunk;
    if (const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, chunk);
        error != error_code::none)
        return error;
    const auto found = large_.find(chunk.file_no);
    // Chunks of a file that failed meanwhile were on their way already.
    if (found == large_.end()) return error_code::none;
    // The file may end in there.
    const auto file = found->second;
    return file->on_chunk(chunk, frame.keep(chunk.data));
}

error_code receiver::on_zeros(const incoming_frame& frame) {
    upload::zeros zeros;
    if (const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, zeros);
        error != error_code::none)
        return error;
    const auto found = large_.find(zeros.file_no);
    if (found == large_.end()) return error_code::none;
    const auto file = found->second;
    return file->on_zeros(zeros);
}

error_code receiver::on_finish(const incoming_frame& frame) {
    upload::finish finish;
    if (const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, finish);
        error != error_code::none)
        return error;
    const auto found = large_.find(finish.file_no);
    if (found == large_.end()) return error_code::none;
    const auto file = found->second;
    return file->on_finish(finish);
}

error_code receiver::on_withdraw(const incoming_frame& frame) {
    upload::withdraw withdraw;
    if (const auto error = protocol::wire::decode(protocol::wire::bytes_view{frame.payload}, withdraw);
        error != error_code::none) {
        return error;
    }
    const auto found = large_.find(withdraw.file_no);
    if (found != large_.end()) {
        const auto file = found->second;
        const auto why =
            withdraw.code == 0 ? error_code::source_changed : static_cast<error_code>(withdraw.code);
        file->fail(make_error_code(why));
    }
    return error_code::none;
}

}  // namespace common::transfer
