#include "common/stream/stream_error.hpp"

#include <string>

namespace common::stream {

namespace {

class category final : public std::error_category {
  public:
    const char* name() const noexcept override { return "stream"; }
    std::string message(int value) const override {
        switch (static_cast<stream_error>(value)) {
            case stream_error::truncated:
                return "the data ends too early";
            case stream_error::altered:
                return "the data was altered or the key is wrong";
            case stream_error::unknown_format:
                return "not sealed data of a known version";
            case stream_error::wrong_key_kind:
                return "sealed with another kind of key";
            case stream_error::passphrase_too_hard:
                return "the passphrase settings ask for too much memory or time";
        }
        return "unknown stream error";
    }
};

}  // namespace

const std::error_category& stream_category() {
    static const category only;
    return only;
}

}  // namespace common::stream
