#include "chat-client/controller/slash.hpp"

#include "chat-client/controller/slash_table.hpp"

#include <algorithm>

namespace chat_client::controller {

namespace {

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        if (text.empty()) return words;
        const std::size_t end = std::min(text.find(' '), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

const slash_entry* find(std::string_view name) {
    const auto table = slash_table();
    const auto found = std::ranges::find_if(
        table, [&](const slash_entry& each) { return each.name == name || each.alias == name; });
    return found == table.end() ? nullptr : &*found;
}

std::string usage_of(const slash_entry& entry) {
    return "/" + std::string{entry.name} + (entry.usage.empty() ? "" : " " + std::string{entry.usage});
}

}  // namespace

std::string_view slash_call::rest_after(std::size_t count) const {
    std::string_view text = rest;
    for (std::size_t i = 0; i < count; ++i) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        text.remove_prefix(std::min(text.find(' '), text.size()));
    }
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text;
}

void run_slash(slash_host& host, std::string_view line) {
    line.remove_prefix(1);
    while (line.ends_with(' ') || line.ends_with('\n')) line.remove_suffix(1);
    const std::size_t end = std::min(line.find(' '), line.size());
    slash_call call{.name = line.substr(0, end), .words = {}, .rest = line.substr(end)};
    call.words = words_of(call.rest);
    call.rest = call.rest_after(0);
    const slash_entry* const entry = find(call.name);
    if (entry == nullptr) {
        return host.complain("there is no command /" + std::string{call.name} + "; /help lists them all");
    }
    call.name = entry->name;
    if (call.words.size() < entry->words_min || call.words.size() > entry->words_max)
        return host.complain("usage: " + usage_of(*entry) + " (" + std::string{entry->summary} + ")");
    if (entry->in_room && host.focus().empty()) return host.complain("no room is joined: /join ROOM");
    if (const std::string wrong = entry->run(host, call); !wrong.empty())
        host.complain(wrong == usage_error ? "usage: " + usage_of(*entry) : wrong);
}

std::vector<view::command_help> slash_help() {
    std::vector<view::command_help> all;
    for (const slash_entry& each : slash_table()) {
        all.push_back({.name = std::string{each.name},
                       .usage = std::string{each.usage},
                       .summary = std::string{each.summary},
                       .arguments = each.arguments,
                       .choices = each.choices});
    }
    return all;
}

std::optional<std::string> help_text(std::string_view command) {
    if (command.starts_with('/')) command.remove_prefix(1);
    if (!command.empty()) {
        const slash_entry* const entry = find(command);
        if (entry == nullptr) return std::nullopt;
        return usage_of(*entry) + "  " + std::string{entry->summary};
    }
    std::string text;
    for (const slash_entry& each : slash_table()) {
        std::string usage = usage_of(each);
        usage.append(usage.size() < 34 ? 34 - usage.size() : 1, ' ');
        text += (text.empty() ? "" : "\n") + usage + std::string{each.summary};
    }
    return text;
}

}  // namespace chat_client::controller
