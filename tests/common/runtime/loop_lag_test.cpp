#include "common/runtime/loop_lag.hpp"

#include "common/runtime/limits.hpp"
#include "tests/catch.hpp"

using common::runtime::loop_lag;
using namespace std::chrono_literals;
namespace limits = common::runtime::limits;

namespace {

// A loop whose handler may take virtual time, which is what a lag is.
class slow_loop final : public common::seam::event_loop {
  public:
    void post(common::seam::handler task) override { task(); }
    common::seam::timer_id call_after(common::seam::duration delay, common::seam::handler task) override {
        due_ = now_ + delay;
        task_ = std::move(task);
        return 1;
    }
    void cancel(common::seam::timer_id) override { task_ = nullptr; }
    common::seam::mono_time mono_now() const override { return now_; }
    common::seam::wall_time wall_now() const override { return {}; }

    void fire(common::seam::duration late) {
        now_ = due_ + late;
        std::exchange(task_, nullptr)();
    }

  private:
    common::seam::mono_time now_{};
    common::seam::mono_time due_{};
    common::seam::handler task_;
};

}  // namespace

TEST_CASE("loop_lag measures how late its timer fires and counts what is over the limit") {
    slow_loop loop;
    loop_lag lag(loop, "loop");
    lag.start();
    loop.fire(3ms);
    CHECK(lag.last_us() == 3'000);
    CHECK(lag.late_count() == 0);
    loop.fire(limits::handler_time_max + 1ms);
    CHECK(lag.last_us() == 51'000);
    CHECK(lag.late_count() == 1);
    loop.fire(0ms);
    CHECK(lag.last_us() == 0);
    CHECK(lag.max_us() == 51'000);
    lag.stop();
}
