// ASCII letters, whatever the locale.
#pragma once

namespace chat_client::view {

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace chat_client::view
