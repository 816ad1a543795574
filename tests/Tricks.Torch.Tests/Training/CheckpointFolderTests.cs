using System.Diagnostics;
using Tricks.Torch.Training;
using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Training;

/// <summary>What becomes of the checkpoints when a disk, a process or the training itself fails.</summary>
[TestClass]
public sealed class CheckpointFolderTests : IDisposable
{
    private static readonly TrainingLoopOptions Options = Stripes.Options(Stripes.Recipe with { EmaDecay = 0.9 });

    private readonly CheckpointRun _run = new();

    public void Dispose() => _run.Dispose();

    [TestMethod]
    public void Three_kills_at_random_moments_leave_no_trace_in_the_result()
    {
        // tests/Tricks.Torch.Tests/bin/<Configuration>/<framework>/ to the same place of the other project.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(own.Parent!.Parent!.Parent!.Parent!.FullName, "KillAndResume", "bin", own.Parent.Name, own.Name, "KillAndResume.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "kill", "3", "4", _run.Folder]) { RedirectStandardOutput = true })!;
        var lines = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        StringAssert.Contains(lines, "3 of 3 equal the unbroken training");
        Assert.AreEqual(0, process.ExitCode, lines);
    }

    [TestMethod]
    public void The_last_k_are_kept_and_any_reader_of_safetensors_reads_them()
    {
        _run.Train(Options, _run.Options with { Keep = 2 });
        var files = _run.Files();
        CollectionAssert.AreEqual(new[] { "000005-step5", "000006-step6" }, files.Select(file => string.Join('-', Path.GetFileName(file).Split('-')[..2])).ToArray());
        using var content = Safetensors.Read(File.ReadAllBytes(files[1]));
        var names = content.Tensors.Select(entry => entry.Name).ToList();
        foreach (var name in new[] { "network.fc.weight", "step.optimizer.fc.weight.velocity", "step.average.fc.weight", "best.fc.weight", "rows.training" })
            CollectionAssert.Contains(names, name);
        CollectionAssert.AreEqual(new[] { "lock" }, Directory.GetFiles(_run.Folder).Select(Path.GetFileName).Where(name => !name!.EndsWith(".safetensors", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public void Time_that_has_passed_is_a_reason_to_save()
    {
        _run.Train(Options, _run.Options with { EverySteps = null, Every = TimeSpan.FromTicks(1) });
        Assert.HasCount(6, _run.Files()); // every step took longer than that
        using var other = new CheckpointRun();
        other.Train(Options, other.Options with { EverySteps = null, Every = TimeSpan.FromHours(1) });
        Assert.HasCount(2, other.Files()); // the epochs alone
    }

    [TestMethod]
    [DataRow("flipped")]
    [DataRow("cut")]
    [DataRow("empty")]
    public void A_damaged_newest_is_set_aside_and_the_one_before_serves(string damage)
    {
        var (weights, _) = _run.Train(Options);
        var expected = _run.Newest();
        var newest = _run.Files()[^1];
        var bytes = File.ReadAllBytes(newest);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(newest, damage switch { "flipped" => bytes, "cut" => bytes[..(bytes.Length / 2)], _ => [] });
        CollectionAssert.AreEqual(weights, _run.Train(Options).Weights);
        Assert.AreEqual(expected, _run.Newest());
        StringAssert.Contains(_run.Log[0], $"'{newest}' is damaged: its content does not fit the SHA-256 in its name");
        StringAssert.Contains(_run.Log[1], "Resumed at step 5");
        Assert.IsTrue(File.Exists(newest + ".damaged"));
    }

    [TestMethod]
    public void When_all_are_damaged_nothing_is_begun_silently()
    {
        _run.Train(Options, _run.Options with { Keep = 2 });
        foreach (var file in _run.Files())
            File.WriteAllText(file, "nothing");
        var error = Assert.ThrowsExactly<CheckpointException>(() => _run.Train(Options));
        StringAssert.Contains(error.Message, "All 2 checkpoints");
        Assert.HasCount(2, _run.Train(Options).Result.Epochs); // as the message says: again, and it begins anew
    }

    [TestMethod]
    public void A_newer_format_is_refused()
    {
        _run.Train(Options);
        var (state, content) = CheckpointFile.FromPath(_run.Files()[^1])!.Read();
        using (content)
            CheckpointFile.Write(_run.Folder, Path.Combine(_run.Folder, "checkpoint.tmp"), 7, state with { FormatVersion = 2 }, content.Tensors);
        var error = Assert.ThrowsExactly<CheckpointException>(() => _run.Train(Options));
        StringAssert.Contains(error.Message, "format version 2; this version of Tricks.Torch reads up to 1. Update");
    }

    [TestMethod]
    public void A_full_disk_is_a_clear_error_and_the_older_checkpoints_serve()
    {
        if (!File.Exists("/dev/full"))
            Assert.Inconclusive("The full disk is Linux's /dev/full.");
        using var unbroken = new CheckpointRun();
        var (weights, _) = unbroken.Train(Options);
        var temporary = Path.Combine(_run.Folder, "checkpoint.tmp");
        var error = Assert.ThrowsExactly<CheckpointException>(() => _run.Train(Options, progress: (epoch, _) =>
        {
            if (epoch.Epoch == 1)
                File.CreateSymbolicLink(temporary, "/dev/full"); // what is written there finds no space left
        }));
        StringAssert.Contains(error.Message, "The checkpoint of step 4 could not be written");
        StringAssert.Contains(error.Message, "No space left on device");
        StringAssert.Contains(error.Message, "The last good one is '000003-step3-");
        Assert.HasCount(3, _run.Files());
        Assert.IsFalse(File.Exists(temporary));
        CollectionAssert.AreEqual(weights, _run.Train(Options).Weights);
        Assert.AreEqual(unbroken.Newest(), _run.Newest());
    }

    [TestMethod]
    public void A_folder_that_cannot_be_written_is_a_clear_error()
    {
        using var parent = new CheckpointRun();
        Directory.CreateDirectory(parent.Folder);
        var file = Path.Combine(parent.Folder, "file");
        File.WriteAllText(file, "");
        foreach (var folder in new[] { file, Path.Combine(file, "below"), "/proc/checkpoints" })
        {
            var error = Assert.ThrowsExactly<CheckpointException>(() => new CheckpointFolder(new CheckpointOptions { Folder = folder }));
            StringAssert.Contains(error.Message, $"'{folder}' cannot be written");
            StringAssert.Contains(error.Message, "leave CheckpointFolder null");
        }
    }

    [TestMethod]
    public void Two_trainings_cannot_share_a_folder()
    {
        using (new CheckpointFolder(_run.Options))
        {
            var error = Assert.ThrowsExactly<CheckpointException>(() => new CheckpointFolder(_run.Options));
            StringAssert.Contains(error.Message, "is in use by another training");
        }

        new CheckpointFolder(_run.Options).Dispose();
    }

    [TestMethod]
    public void A_value_that_is_not_finite_is_never_saved()
    {
        var error = Assert.ThrowsExactly<CheckpointException>(() => _run.Train(Options, progress: (_, network) =>
        {
            using var scope = NewDisposeScope();
            network.get_buffer("bn1.running_mean")!.fill_(float.PositiveInfinity); // no training loss shows it
        }));
        StringAssert.Contains(error.Message, "step 4 was not written, because network.bn1.running_mean is not finite");
        StringAssert.Contains(error.Message, "The last good one is '000003-step3-");
        Assert.HasCount(3, _run.Files());

        using var diverging = new CheckpointRun();
        var steep = Options with { Recipe = Options.Recipe with { LearningRate = 1e30, WarmupEpochs = 0, EmaDecay = 0, ZeroGamma = false } };
        Assert.Throws<Exception>(() => diverging.Train(steep));
        foreach (var file in diverging.Files())
        {
            using var content = Safetensors.Read(File.ReadAllBytes(file));
            Assert.IsTrue(content.Tensors.Where(entry => entry.Tensor.is_floating_point()).All(entry => entry.Tensor.isfinite().all().item<bool>()), file);
        }
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.9, DisplayName = "with an average")]
    public void A_gradient_that_is_not_finite_under_a_finite_loss_overwrites_no_good_checkpoint(double emaDecay)
    {
        var options = Options with { Recipe = Options.Recipe with { EmaDecay = emaDecay, ClipNorm = 1 } };
        using var unbroken = new CheckpointRun();
        var (weights, _) = unbroken.Train(options, build: () => new PoisonedGradient(Stripes.Network()));
        var error = Assert.ThrowsExactly<CheckpointException>(() => _run.Train(options, _run.Options with { Keep = 1 }, build: () => new PoisonedGradient(Stripes.Network(), afterCalls: 4)));
        StringAssert.Contains(error.Message, "step 5 was not written, because network.");
        StringAssert.Contains(error.Message, "The last good one is '000004-step4-");
        Assert.AreEqual(unbroken.Files().Select(Path.GetFileName).ElementAt(3)?[..12], Path.GetFileName(_run.Files().Single())[..12]);
        CollectionAssert.AreEqual(weights, _run.Train(options, build: () => new PoisonedGradient(Stripes.Network())).Weights, "it goes on from there");
    }

    /// <summary>Adds the root of 0 to the logits of a training step: 0, and from the given call on with a gradient of 0 times infinity.</summary>
    private sealed class PoisonedGradient : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> network;
        private readonly int _afterCalls;
        private int _calls;

        public PoisonedGradient(Module<Tensor, Tensor> network, int afterCalls = int.MaxValue)
            : base(nameof(PoisonedGradient))
        {
            (this.network, _afterCalls) = (network, afterCalls);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var logits = network.call(input);
            if (!training || _calls++ < _afterCalls)
                return logits;
            return logits + (logits * 0).sqrt();
        }
    }

    [TestMethod]
    public void All_faults_of_the_options_are_listed_together()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new CheckpointFolder(new CheckpointOptions { Folder = " ", Keep = 0, EverySteps = 0, Every = TimeSpan.Zero }));
        foreach (var option in new[] { "CheckpointFolder", "CheckpointsKept", "CheckpointEverySteps", "CheckpointEvery" })
            StringAssert.Contains(error.Message, option);
    }
}
