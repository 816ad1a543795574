// Does a training that is killed at a random moment and resumed end with the bits of one that was not?
//
//   KillAndResume kill ROUNDS EPOCHS FOLDER [SEED]   ROUNDS times: a new training in a process of its own, SIGKILL at a random
//                                                    moment, the same command again to its end; then compared with an unbroken one.
//                                                    Every sixth moment is from the start on, the others are from the first checkpoint on
//   KillAndResume train EPOCHS FOLDER                the training itself, with checkpoints in FOLDER; "-" saves none
//   KillAndResume show FOLDER                        what is compared: a hash of every tensor of the newest checkpoint, and its metrics log
//
// The exit code of "kill" is 0 if every round ended with equal bits.

using System.Diagnostics;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.KillAndResume;

switch (args)
{
    case ["train", var epochs, var folder]:
        TinyTraining.Run(int.Parse(epochs), folder == "-" ? null : folder);
        return 0;
    case ["show", var folder]:
        Console.WriteLine(FinalState.Of(folder));
        return 0;
    case ["kill", var rounds, var epochs, var folder, .. var seed]:
        return Kill(int.Parse(rounds), epochs, folder, seed is [var text] ? int.Parse(text) : 1);
    default:
        Console.Error.WriteLine("usage: KillAndResume kill ROUNDS EPOCHS FOLDER [SEED] | train EPOCHS FOLDER | show FOLDER");
        return 2;
}

static int Kill(int rounds, string epochs, string folder, int seed)
{
    var unbroken = Path.Combine(folder, "unbroken");
    var (weights, first, duration) = Finish(epochs, unbroken);
    var expected = FinalState.Of(unbroken);
    if (Finish(epochs, "-").Weights != weights)
    {
        Console.WriteLine("a training without checkpoints ends with other weights");
        return 1;
    }

    Console.WriteLine($"unbroken: {weights}, {duration.TotalSeconds:f2} s of training, the first checkpoint after {first.TotalSeconds:f2} s");
    var (equal, resumed, tries) = (0, 0, 0);
    for (var round = 1; round <= rounds; tries++)
    {
        var its = Path.Combine(folder, $"round{round}-{tries}");
        var share = new SeededRandom(seed, round, tries).NextDouble();
        var moment = round % 6 == 0 ? duration * share : first + ((duration - first) * share);
        if (!KillAt(epochs, its, moment))
            continue; // it ended before that moment: another one
        var (saved, cut) = (Directory.GetFiles(its, "*.safetensors").Length, File.Exists(Path.Combine(its, "checkpoint.tmp")));
        var same = Finish(epochs, its).Weights == weights && FinalState.Of(its) == expected;
        equal += same ? 1 : 0;
        resumed += saved > 0 ? 1 : 0;
        Console.WriteLine($"round {round}: killed after {moment.TotalMilliseconds,5:f0} ms, {saved} checkpoints there{(cut ? ", one cut off in writing" : "")}: {(same ? "equal" : "DIFFERENT")}");
        Directory.Delete(its, recursive: true);
        round++;
    }

    Console.WriteLine($"{equal} of {rounds} equal the unbroken training in weights, optimizer state and metrics log; {resumed} had a checkpoint to resume from, the others began anew");
    return equal == rounds ? 0 : 1;
}

// Starts the training and kills it so long after its first step was begun; false if it ended before.
static bool KillAt(string epochs, string folder, TimeSpan moment)
{
    using var process = Start(epochs, folder);
    process.StandardOutput.ReadLine(); // "training"
    if (process.WaitForExit(moment))
        return false;
    process.Kill();
    process.WaitForExit();
    return true;
}

// Starts the training, lets it end, and returns its last line and the times from the first step to the first checkpoint and to the end.
static (string Weights, TimeSpan First, TimeSpan Duration) Finish(string epochs, string folder)
{
    using var process = Start(epochs, folder);
    process.StandardOutput.ReadLine();
    var clock = Stopwatch.StartNew();
    while (!process.HasExited && !(Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.safetensors").Any()))
        Thread.Sleep(1);
    var first = clock.Elapsed;
    var lines = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? (lines.Trim(), first, clock.Elapsed) : throw new InvalidOperationException($"The training in {folder} failed.");
}

static Process Start(string epochs, string folder) => Process.Start(
    new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], "train", epochs, folder]) { RedirectStandardOutput = true })!;
