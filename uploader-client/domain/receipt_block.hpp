// One signed block of a receipt: as text in the file, and back.
//
//   std::string text = format_block(block);
//   receipt_reader reader;                     line by line, in bounded memory
//   for (line …) if (auto block = reader.take(line)) …
//   reader.complete()                          the file did not end inside of a block
//
//   …the text that is signed, see common/transfer/receipt.hpp…
//   key PUBLIC-KEY
//   signature SIGNATURE                        both base64url; an empty line follows
//
// Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace uploader_client::domain {

struct receipt_block {
    std::string text;       // that is signed
    std::string key;        // as text, not yet understood
    std::string signature;  // likewise
};

std::string format_block(const receipt_block& block);

class receipt_reader {
  public:
    // Without the end of the line. A block when this line ends one.
    std::optional<receipt_block> take(std::string_view line);
    // Something is not as it should be: nothing more is taken.
    bool broken() const { return broken_; }
    bool complete() const { return !broken_ && current_.text.empty(); }

    // What one frame of outcomes can bring, and a little more.
    static constexpr std::size_t block_bytes_max = std::size_t{2} * 1024 * 1024;

  private:
    receipt_block current_;
    bool broken_ = false;
};

}  // namespace uploader_client::domain
