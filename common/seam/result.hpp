// result<T>: a value or the std::error_code that explains why there is none.
//
//   auto opened = disk.open_read(path);
//   if (!opened) return opened.error();
//   use(*opened);
//
// Expected failures travel as values; set-up failures throw; broken invariants abort (see
// docs/architecture.md).
#pragma once

#include <cassert>
#include <system_error>
#include <utility>
#include <variant>

namespace common::seam {

template <class T>
class [[nodiscard]] result {
  public:
    result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    result(std::error_code error) : held_(std::in_place_index<1>, error) { assert(error); }
    result(std::errc error) : result(std::make_error_code(error)) {}

    explicit operator bool() const { return held_.index() == 0; }
    std::error_code error() const { return *this ? std::error_code{} : std::get<1>(held_); }

    T& operator*() & { return std::get<0>(held_); }
    const T& operator*() const& { return std::get<0>(held_); }
    T&& operator*() && { return std::get<0>(std::move(held_)); }
    T* operator->() { return &std::get<0>(held_); }
    const T* operator->() const { return &std::get<0>(held_); }

  private:
    std::variant<T, std::error_code> held_;
};

}  // namespace common::seam
