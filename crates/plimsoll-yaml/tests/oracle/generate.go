package main

func generate(*cases) {}
