// Who may write a staged file: one run at a time, the newest.
//
//   auto ticket = held.claim(loop, name, [..] { begin(); }, [..] { stop writing, then drop the ticket });
//
// A new claim fences the holder at once: it is told to stop, and the newcomer begins as soon as the holder's
// ticket is gone, that is, when nothing of it is in flight any more. A half-open connection therefore never
// blocks a resume. From any thread; each claim's handlers run on the loop that it names.
#pragma once

#include "common/seam/event_loop.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace common::transfer {

class claims : public std::enable_shared_from_this<claims> {
  public:
    class ticket {
      public:
        ~ticket() { from_->let_go(*this); }
        ticket(const ticket&) = delete;
        ticket& operator=(const ticket&) = delete;

      private:
        friend class claims;
        ticket(std::shared_ptr<claims> from, seam::event_loop& home, std::string name, seam::handler granted,
               seam::handler fenced)
            : from_(std::move(from)),
              home_(home),
              name_(std::move(name)),
              granted_(std::move(granted)),
              fenced_(std::move(fenced)) {}
        std::shared_ptr<claims> from_;
        seam::event_loop& home_;
        std::string name_;
        seam::handler granted_;
        seam::handler fenced_;
    };

    static std::shared_ptr<claims> create() { return std::shared_ptr<claims>(new claims); }

    // Both handlers are posted; each at most once, and neither after the ticket is gone. A claim that waits
    // is fenced by a newer one without ever being granted.
    [[nodiscard]] std::shared_ptr<ticket> claim(seam::event_loop& home, std::string name,
                                                seam::handler granted, seam::handler fenced);

    // Somebody holds it now. From any thread.
    bool is_held(std::string_view name);

  private:
    claims() = default;

    struct place {
        const ticket* holder = nullptr;
        std::weak_ptr<ticket> holder_alive;
        std::weak_ptr<ticket> waiting;
    };
    void let_go(const ticket& gone);
    static void post_to(const std::shared_ptr<ticket>& to, seam::handler ticket::*what);

    std::mutex mutex_;
    std::map<std::string, place, std::less<>> places_;
};

}  // namespace common::transfer
