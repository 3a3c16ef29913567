// Sealed files on disk: a plain file seen as its sealed form, and the way back. Blocking: for the pool.
//
//   auto sealed = view_sealed(std::move(plain), secret, preamble);     a seam::file to read
//   auto error = open_sealed(*sealed, *to, secret);                    writes the plain content
//   auto error = seal_file(*plain, *to, secret, salt);                 writes the sealed form, for good
//
// A view is the same bytes each time, for the same content and key, so that an upload can be resumed and a
// file recognised: its stream header is not random but BLAKE2b of the content, with a key of its own. Two
// different contents therefore never meet the same keystream, without any memory of what was sealed before;
// what it gives away is that two contents are equal. The price is that the content is read twice.
//
// Reading back is possible, a little for nothing and far at the price of sealing from the beginning again.
#pragma once

#include "common/seam/disk.hpp"
#include "common/stream/seal_secret.hpp"

#include <memory>

namespace common::stream {

// Of the sealed form, in bytes. size_unknown has none.
std::uint64_t sealed_size(std::uint64_t plain_bytes);
// Nothing: no sealed form has this size.
std::optional<std::uint64_t> plain_size(std::uint64_t sealed_bytes);

// Its info() tells the sealed size. errc::io_error when the content is shorter than its size.
seam::result<std::unique_ptr<seam::file>> view_sealed(std::unique_ptr<seam::file> plain,
                                                      const seal_secret& secret, const seal_preamble& begin);

// Errors of stream_error.hpp for what is not intact: the output means nothing then.
std::error_code open_sealed(seam::file& sealed, seam::file& to, const seal_secret& secret);

// With a random header. The plain file may be of any size, even one that grows.
std::error_code seal_file(seam::file& plain, seam::file& to, const seal_secret& secret,
                          const std::array<std::byte, seal_salt_bytes>& salt);

}  // namespace common::stream
