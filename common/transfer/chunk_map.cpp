#include "common/transfer/chunk_map.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace common::transfer {

const chunk_map::page* chunk_map::find(std::uint32_t index) const {
    const std::size_t number = index / page_chunks;
    return number < pages_.size() ? pages_[number].get() : nullptr;
}

bool chunk_map::has(std::uint32_t index) const {
    const page* const in = find(index);
    return in != nullptr && in->present[index % page_chunks];
}

bool chunk_map::durable(std::uint32_t index) const {
    const page* const in = find(index);
    return in != nullptr && in->durable[index % page_chunks];
}

const digest& chunk_map::at(std::uint32_t index) const {
    assert(has(index));
    return find(index)->digests[index % page_chunks];
}

std::uint32_t chunk_map::end() const {
    auto index = static_cast<std::uint32_t>(pages_.size() * page_chunks);
    while (index > 0 && !has(index - 1)) --index;
    return index;
}

void chunk_map::put(std::uint32_t index, const digest& of) {
    assert(index < limits::chunks_max);
    erase(index);
    const std::size_t number = index / page_chunks;
    if (number >= pages_.size()) pages_.resize(number + 1);
    if (!pages_[number]) pages_[number] = std::make_unique<page>();
    pages_[number]->digests[index % page_chunks] = of;
    pages_[number]->present.set(index % page_chunks);
    ++count_;
}

void chunk_map::set_durable(std::uint32_t index) {
    assert(has(index));
    auto bit = pages_[index / page_chunks]->durable[index % page_chunks];
    if (!bit) ++durable_count_;
    bit = true;
}

void chunk_map::erase(std::uint32_t index) {
    if (!has(index)) return;
    page& in = *pages_[index / page_chunks];
    if (in.durable[index % page_chunks]) --durable_count_;
    in.durable.reset(index % page_chunks);
    in.present.reset(index % page_chunks);
    --count_;
}

void chunk_map::erase_from(std::uint32_t index) {
    const auto end = pages_.size() * page_chunks;
    for (std::size_t i = index; i < end; ++i) erase(static_cast<std::uint32_t>(i));
}

void chunk_map::for_each_durable_run(std::size_t chunks_max, const run_visitor& visit) const {
    for (std::size_t number = 0; number < pages_.size(); ++number) {
        if (!pages_[number]) continue;
        const page& in = *pages_[number];
        for (std::size_t begin = 0; begin < page_chunks;) {
            std::size_t end = begin;
            while (end < page_chunks && end - begin < chunks_max && in.durable[end]) ++end;
            if (end > begin) {
                visit(static_cast<std::uint32_t>(number * page_chunks + begin),
                      std::as_bytes(std::span{in.digests}.subspan(begin, end - begin)));
            }
            begin = std::max(end, begin + 1);
        }
    }
}

digest chunk_map::value() const {
    file_digest whole;
    for (std::uint32_t index = 0; index < count_; ++index) whole.add(at(index));
    return whole.value();
}

}  // namespace common::transfer
