#include "uploader-client/domain/receipt_block.hpp"

#include <utility>

namespace uploader_client::domain {
namespace {

constexpr std::string_view key_word = "key ";
constexpr std::string_view signature_word = "signature ";

}  // namespace

std::string format_block(const receipt_block& block) {
    return block.text + std::string{key_word} + block.key + "\n" + std::string{signature_word} +
           block.signature + "\n\n";
}

std::optional<receipt_block> receipt_reader::take(std::string_view line) {
    if (broken_ || (line.empty() && current_.text.empty())) return std::nullopt;
    if (line.starts_with(key_word) && current_.key.empty()) {
        current_.key = line.substr(key_word.size());
    } else if (line.starts_with(signature_word) && !current_.key.empty()) {
        current_.signature = line.substr(signature_word.size());
        return std::exchange(current_, {});
    } else if (!current_.key.empty() || current_.text.size() + line.size() >= block_bytes_max) {
        broken_ = true;
    } else {
        current_.text.append(line).append("\n");
    }
    return std::nullopt;
}

}  // namespace uploader_client::domain
