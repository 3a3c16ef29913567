#include "protocol/wire/error_code.hpp"

#include <array>
#include <string>
#include <utility>

namespace protocol {
namespace {

struct entry {
    error_code code;
    std::string_view name;
    std::string_view text;
};

constexpr std::array entries{
    entry{error_code::none, "none", "no error"},
    entry{error_code::malformed, "malformed", "malformed message"},
    entry{error_code::too_large, "too_large", "frame larger than allowed"},
    entry{error_code::unexpected, "unexpected", "message not allowed now"},
    entry{error_code::unsupported, "unsupported", "unknown critical frame or field"},
    entry{error_code::version_mismatch, "version_mismatch", "no protocol version in common"},
    entry{error_code::not_authorised, "not_authorised", "not authorised"},
    entry{error_code::banned, "banned", "banned"},
    entry{error_code::server_full, "server_full", "server is full"},
    entry{error_code::shutting_down, "shutting_down", "server is shutting down"},
    entry{error_code::superseded, "superseded", "a newer connection took over"},
    entry{error_code::timed_out, "timed_out", "timed out"},
    entry{error_code::rate_limited, "rate_limited", "too many requests"},
    entry{error_code::no_such_room, "no_such_room", "no such room"},
    entry{error_code::name_taken, "name_taken", "name is taken"},
    entry{error_code::bad_name, "bad_name", "name not allowed"},
    entry{error_code::not_permitted, "not_permitted", "not permitted"},
    entry{error_code::no_such_message, "no_such_message", "no such message"},
    entry{error_code::no_such_file, "no_such_file", "no such file"},
    entry{error_code::already_exists, "already_exists", "already exists"},
    entry{error_code::no_space, "no_space", "no space left"},
    entry{error_code::quota_exceeded, "quota_exceeded", "quota exceeded"},
    entry{error_code::verification_failed, "verification_failed", "content does not match its digest"},
    entry{error_code::source_changed, "source_changed", "source changed while it was read"},
    entry{error_code::link_leads_out, "link_leads_out", "link leads out of the folder"},
    entry{error_code::storage_failed, "storage_failed", "storage failed"},
    entry{error_code::internal, "internal", "internal error"},
};

const entry* find(int value) {
    for (const entry& e : entries) {
        if (static_cast<int>(e.code) == value) return &e;
    }
    return nullptr;
}

class category final : public std::error_category {
  public:
    const char* name() const noexcept override { return "sluice"; }
    std::string message(int value) const override {
        const entry* found = find(value);
        return found != nullptr ? std::string{found->text} : "unknown error " + std::to_string(value);
    }
};

}  // namespace

std::string_view name_of(error_code code) {
    const entry* found = find(static_cast<int>(code));
    return found != nullptr ? found->name : "unknown";
}

const std::error_category& error_category() {
    static const category instance;
    return instance;
}

}  // namespace protocol
